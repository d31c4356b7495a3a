"""Recall of flows and false alarms at traps, against applications read by hand.

Each `flows/NAME.csv` holds facts only: places, kinds, data elements and judgements. A `flow` must be
reported; at a `trap` nothing of the named kinds and elements may be. The sources are fetched from the
package index at run time into `benchmarks/corpus/`, which is not in the repository.

    python benchmarks/accuracy/flows.py [NAME …] [--show]
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from dataclasses import dataclass
from typing import Any

import yaml
from corpus import HERE, scan, source

FLOW_TOLERANCE = 3
# A trap may stand close to a true sink, so only its own statement's first line counts.
TRAP_TOLERANCE = 1


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file."""

    path: str
    line: int

    def near(self, other: Place, lines: int) -> bool:
        """Whether both stand in one file, at most so many lines apart."""
        return self.path == other.path and abs(self.line - other.line) <= lines

    def __str__(self) -> str:
        """Like compilers print it."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Label:
    """One judgement of a reader."""

    kinds: frozenset[str]
    elements: frozenset[str]
    sink: Place
    calls: tuple[Place, ...]
    crosses: str
    is_trap: bool
    text: str

    def fits(self, flow: Reported) -> bool:
        """Whether a reported flow is the labelled one."""
        if flow.kind not in self.kinds or not (
            "*" in self.elements or flow.element in self.elements
        ):
            return False
        if self.is_trap:
            return flow.sink.near(self.sink, TRAP_TOLERANCE)
        return flow.sink.near(self.sink, FLOW_TOLERANCE) or any(
            place.near(call, FLOW_TOLERANCE)
            for call in self.calls
            for place in (flow.sink, *flow.steps)
        )


@dataclass(frozen=True, slots=True)
class Reported:
    """What matters of a flow in the report."""

    kind: str
    element: str
    sink: Place
    steps: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The labels of one application and which of them were reported."""

    name: str
    labels: tuple[Label, ...]
    hit: frozenset[Label]

    def recall(self, kind: str = "", crosses: str | None = None) -> tuple[int, int]:
        """Reported and labelled flows of a kind, and of a kind of crossing."""
        chosen = [
            label
            for label in self.labels
            if not label.is_trap
            and (not kind or main_kind(label) == kind)
            and (crosses is None or label.crosses == crosses)
        ]
        return sum(label in self.hit for label in chosen), len(chosen)

    def traps(self) -> tuple[int, int]:
        """Traps that fired, and all traps."""
        chosen = [label for label in self.labels if label.is_trap]
        return sum(label in self.hit for label in chosen), len(chosen)


def main_kind(label: Label) -> str:
    """The kind a label is counted under."""
    return label.text.split(" ", 1)[0]


def read_place(text: str) -> Place:
    """`path:line`."""
    path, _, line = text.rpartition(":")
    return Place(path, int(line))


def read_label(row: dict[str, str]) -> Label:
    """One row of a labelled set."""
    sink = Place(row["sink_path"], int(row["sink_line"]))
    kinds = row["kind"].split("|")
    return Label(
        kinds=frozenset(kinds),
        elements=frozenset(row["element"].split("|")),
        sink=sink,
        calls=tuple(map(read_place, filter(None, row["call_line"].split("|")))),
        crosses=row["crosses"],
        is_trap=row["judgement"] == "trap",
        text=f"{kinds[0]} {row['element']} at {sink}: {row['why']}",
    )


def read_flow(flow: dict[str, Any]) -> Reported:
    """One flow of a report."""
    sink = flow["sink"]
    return Reported(
        kind=sink["kind"],
        element=flow["element"],
        sink=Place(sink["path"], sink["line"]),
        steps=tuple(Place(step["path"], step["line"]) for step in flow["steps"]),
    )


def measure(name: str) -> Score:
    """Scan one application and compare."""
    spec = yaml.safe_load((HERE / "flows" / f"{name}.yaml").read_text())
    with (HERE / "flows" / f"{name}.csv").open() as handle:
        labels = tuple(map(read_label, csv.DictReader(handle)))
    flows = [read_flow(flow) for flow in scan(source(spec))["flows"]]
    hit = frozenset(label for label in labels if any(label.fits(flow) for flow in flows))
    return Score(name, labels, hit)


def share(found: int, total: int) -> str:
    """`found/total`, with the percentage."""
    return f"{found:3}/{total:<3} {found / total:5.0%}" if total else f"{'-':>13}"


def print_tables(scores: list[Score]) -> None:
    """A line for each application, then one for each kind of sink."""
    print(f"{'application':16} {'recall':>13} {'in file':>13} {'across':>13} {'traps fired':>13}")
    total: Counter[str] = Counter()
    for score in scores:
        columns = {
            "all": score.recall(),
            "within": score.recall(crosses=""),
            "traps": score.traps(),
        }
        columns["across"] = (
            columns["all"][0] - columns["within"][0],
            columns["all"][1] - columns["within"][1],
        )
        for column, (found, count) in columns.items():
            total[f"{column} found"] += found
            total[f"{column} count"] += count
        print(
            f"{score.name:16}",
            *(share(*columns[c]) for c in ("all", "within", "across", "traps")),
        )
    print(
        f"{'all':16}",
        *(
            share(total[f"{c} found"], total[f"{c} count"])
            for c in ("all", "within", "across", "traps")
        ),
    )
    kinds = sorted({main_kind(label) for score in scores for label in score.labels})
    print(f"\n{'kind':16} {'recall':>13}")
    for kind in kinds:
        counts = [score.recall(kind) for score in scores]
        print(f"{kind:16}", share(sum(c[0] for c in counts), sum(c[1] for c in counts)))


def print_differences(score: Score) -> None:
    """Each flow that was missed and each trap that fired."""
    missed = [label.text for label in score.labels if not label.is_trap and label not in score.hit]
    fired = [label.text for label in score.labels if label.is_trap and label in score.hit]
    print(f"\n{score.name}: labelled, not reported")
    print("\n".join(f"  {line}" for line in sorted(missed)))
    print(f"{score.name}: traps that fired")
    print("\n".join(f"  {line}" for line in sorted(fired)))


def main() -> None:
    """Print the tables, and with --show every difference."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    names = options.names or sorted(path.stem for path in (HERE / "flows").glob("*.csv"))
    scores = [measure(name) for name in names]
    print_tables(scores)
    for score in scores if options.show else []:
        print_differences(score)


if __name__ == "__main__":
    main()
