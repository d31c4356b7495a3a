"""Which of the flows that were read one by one are still reported.

    python benchmarks/accuracy/precision.py [--show]

`precision.csv` and `precision-all-rules.csv` (drawn at random later) hold readings of flows that the tool reported: true, false or doubtful, with why.
The false ones were then mended where the engine could be, so what is left of both says what the
mending cost and brought; it is no fresh sample.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

from corpus import scan, source

HERE = Path(__file__).resolve().parent
PACKAGES: dict[str, str] = {}


def main() -> None:
    """Print a table for each set of readings."""
    for name in ("precision.csv", "precision-all-rules.csv"):
        print(f"\n{name}\n")
        _table(list(csv.DictReader((HERE / name).open())))


def _table(rows: list[dict[str, str]]) -> None:
    kept: Counter[tuple[str, str]] = Counter()
    totals: Counter[tuple[str, str]] = Counter()
    for name, version in sorted({(row["application"], row["version"]) for row in rows}):
        package = PACKAGES.get(name, name)
        spec = {"package": package, "version": version, "archive": "wheel"}
        found = {
            (flow["sink"]["kind"], flow["element"], _place(flow["source"]), _place(flow["sink"]))
            for flow in scan(source(spec))["flows"]
        }
        for row in rows:
            if row["application"] != name:
                continue
            key = (row["sink_kind"], row["element"], row["source"], row["sink"])
            totals[name, row["judgement"]] += 1
            kept[name, row["judgement"]] += key in found
            if "--show" in sys.argv and key in found and row["judgement"] == "false":
                print(f"  {name}: {' '.join(key)}: {row['why']}")
    print("| application | true, still reported | false, still reported |")
    print("| --- | ---: | ---: |")
    for name in sorted({name for name, _ in totals}):
        cells = [f"{kept[name, kind]} of {totals[name, kind]}" for kind in ("true", "false")]
        print(f"| {name} | {cells[0]} | {cells[1]} |")
    print(
        f"| all | {sum(kept[k] for k in kept if k[1] == 'true')} "
        f"| {sum(kept[k] for k in kept if k[1] == 'false')} |"
    )


def _place(item: dict[str, object]) -> str:
    return f"{item['path']}:{item['line']}"


if __name__ == "__main__":
    main()
