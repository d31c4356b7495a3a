"""Precision and recall of lineage edges against hand-labelled output columns of real queries.

Each `lineage/NAME.csv` holds facts only (target column, source columns); the queries are fetched from
the package index at run time into `benchmarks/corpus/`, which is not in the repository. A column that
only chooses (condition, partition, order of a window) counts as a source, a constant has none.

    python benchmarks/accuracy/lineage.py [NAME …] [--show]
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent))

from corpus import CORPUS
from corpus import source as fetched

HERE = Path(__file__).resolve().parent / "lineage"
Edges = set[tuple[str, str]]


def source(spec: dict[str, str]) -> Path:
    """The folder of queries, fetched if it is not there."""
    if spec.get("archive") == "sdist":
        return fetched(spec)
    place = CORPUS / f"{spec['package']}-{spec['version']}"
    if not place.exists():
        downloads = CORPUS / "downloads"
        downloads.mkdir(parents=True, exist_ok=True)
        wanted = f"{spec['package']}=={spec['version']}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        subprocess.run(
            [*command, "--only-binary", ":all:", "--dest", str(downloads), wanted], check=True
        )
        archive = next(downloads.glob(f"{spec['package']}-{spec['version']}*.whl"))
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(place)
    return place / spec["folder"]


def labelled(name: str) -> tuple[set[str], Edges]:
    """Targets that are labelled, and their edges."""
    targets: set[str] = set()
    edges: Edges = set()
    with (HERE / f"{name}.csv").open() as stream:
        for row in csv.DictReader(stream):
            targets.add(row["target"].lower())
            edges |= {(row["target"].lower(), item.lower()) for item in row["sources"].split()}
    return targets, edges


def found(folder: Path) -> Edges:
    """Edges that a scan reports."""
    command = [sys.executable, "-m", "data_etiquette", "scan", str(folder), "--output", "json"]
    done = subprocess.run(
        [*command, "--no-cache", "--fail-on", "never"], capture_output=True, check=True
    )
    return {
        (item["target"].lower(), name.lower())
        for item in json.loads(done.stdout)["lineage"]
        for name in item["sources"]
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--show", action="store_true", help="Print every wrong edge.")
    options = parser.parse_args()
    for name in options.names or sorted(path.stem for path in HERE.glob("*.yaml")):
        spec = yaml.safe_load((HERE / f"{name}.yaml").read_text())
        targets, wanted = labelled(name)
        edges = {edge for edge in found(source(spec)) if edge[0] in targets}
        right = len(edges & wanted)
        print(
            f"{name:<12} {len(targets)} columns, {len(wanted)} edges: "
            f"precision {right / max(1, len(edges)):.3f}, recall {right / max(1, len(wanted)):.3f}"
        )
        if options.show:
            for mark, wrong in (("missed", wanted - edges), ("extra", edges - wanted)):
                for target, origin in sorted(wrong):
                    print(f"  {mark:<6} {target} <- {origin}")


if __name__ == "__main__":
    main()
