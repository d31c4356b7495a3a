"""Precision and recall of the field classifier against hand-labelled applications.

Each `fields/NAME.csv` holds facts only (path, line, entity, field, judgement, element); the sources are
fetched from the package index at run time into `benchmarks/corpus/`, which is not in the repository.

    python benchmarks/accuracy/fields.py [NAME …] [--show]
"""

from __future__ import annotations

import argparse
import csv
import fnmatch
from dataclasses import dataclass, field

import yaml
from corpus import HERE, scan, source


@dataclass
class Score:
    """Counts of one application."""

    name: str
    right: int = 0
    wrong_element: int = 0
    extra: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of the reported fields that are personal."""
        return self.right / max(1, self.right + len(self.extra))

    @property
    def recall(self) -> float:
        """Share of the personal fields that are reported."""
        return self.right / max(1, self.right + len(self.missed))

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def in_scope(path: str, spec: dict[str, list[str]]) -> bool:
    """Whether a labelled set speaks about a file."""

    def matches(pattern: str) -> bool:
        pattern = pattern.rstrip("/")
        return (
            pattern in ("", ".")
            or fnmatch.fnmatch(path, pattern)
            or fnmatch.fnmatch(path, f"{pattern}/*")
            # fnmatch's star crosses folders, but `a/**/b` must also match `a/b`.
            or fnmatch.fnmatch(path, pattern.replace("**/", ""))
            or path.startswith(f"{pattern}/")
        )

    return any(map(matches, spec["scope"])) and not any(map(matches, spec.get("exclude") or []))


def measure(name: str) -> Score:
    """Scan one application and compare."""
    spec = yaml.safe_load((HERE / "fields" / f"{name}.yaml").read_text())
    with (HERE / "fields" / f"{name}.csv").open() as handle:
        labels = list(csv.DictReader(handle))
    inventory = scan(source(spec))["inventory"]
    yes = {
        (r["path"], r["entity"].rsplit(".", 1)[-1], r["field"]): r
        for r in labels
        if r["judgement"] == "yes"
    }
    ignore = {
        (r["path"], r["entity"].rsplit(".", 1)[-1], r["field"])
        for r in labels
        if r["judgement"] == "ignore"
    }
    lines = {(r["path"], int(r["line"])): r["judgement"] for r in labels if r["line"].isdigit()}
    score = Score(name)
    seen = set()
    for item in inventory:
        key = (item["path"], item["entity"], item["field"])
        if not in_scope(item["path"], spec) or key in seen:
            continue
        seen.add(key)
        judgement = lines.get((item["path"], item["line"]))
        if key in yes or judgement == "yes":
            score.right += 1
            score.wrong_element += key in yes and yes[key]["element"] != item["element"]
            if judgement == "yes" and key not in yes:
                found = {
                    k
                    for k, r in yes.items()
                    if (r["path"], int(r["line"])) == (item["path"], item["line"])
                }
                seen |= found
        elif key not in ignore and judgement != "ignore":
            score.extra.append(
                f"{item['path']}:{item['line']} {item['entity']}.{item['field']} = {item['element']} [{item['kind']}] {item['evidence'][:2]}"
            )
    for key, row in yes.items():
        if key not in seen:
            score.missed.append(
                f"{row['path']}:{row['line']} {row['entity']}.{row['field']} is {row['element']}"
            )
    return score


def main() -> None:
    """Print a table, and with --show every difference."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    names = options.names or sorted(path.stem for path in (HERE / "fields").glob("*.csv"))
    scores = [measure(name) for name in names]
    print(
        f"{'application':24} {'right':>6} {'extra':>6} {'missed':>6} {'precision':>9} {'recall':>7} {'F1':>6} {'other element':>14}"
    )
    for score in scores:
        print(
            f"{score.name:24} {score.right:6} {len(score.extra):6} {len(score.missed):6} {score.precision:9.2f} {score.recall:7.2f} {score.f1:6.2f} {score.wrong_element:14}"
        )
    mean = sum(score.f1 for score in scores) / max(1, len(scores))
    print(f"{'mean F1':24} {mean:46.3f}")
    if options.show:
        for score in scores:
            print(f"\n{score.name}: reported, not labelled")
            print("\n".join(f"  {line}" for line in sorted(score.extra)))
            print(f"{score.name}: labelled, not reported")
            print("\n".join(f"  {line}" for line in sorted(score.missed)))


if __name__ == "__main__":
    main()
