"""Which of the flows that were read one by one are still reported.

    python benchmarks/accuracy/precision.py [--show]

The files hold readings of flows that the tool reported, each drawn at random from other applications
after what the one before it found was mended: true, false or doubtful, with why. False ones were
then mended where the engine could be, so what is still reported of a file says what the mending cost
and brought; it is no fresh sample. The judgements of the last file were made when nothing was tuned
to it.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

from corpus import scan, source

HERE = Path(__file__).resolve().parent
PACKAGES: dict[str, str] = {}
READINGS = ("precision.csv", "precision-all-rules.csv", "precision-2.csv", "precision-3.csv")


def main() -> None:
    """Print a table for each set of readings."""
    for name in READINGS:
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
