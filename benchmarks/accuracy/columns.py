"""Precision and recall of the column classifier against hand-labelled schemas.

Each `columns/NAME.csv` holds facts only (path, line, table, column, type, judgement, element). Sources
are Debian packages and package-index distributions, fetched at run time and only unpacked; a set
`drawn` from a published data model has no file: its DDL is written from the rows, in its dialect.
Sets marked `held` are never tuned to; both figures are printed.

    python benchmarks/accuracy/columns.py [NAME …] [--show] [--tune | --held]
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from corpus import CORPUS, source  # noqa: E402
from fields import Score  # noqa: E402

from data_etiquette.catalog.load import load_catalog  # noqa: E402
from data_etiquette.flow.entities.entities import build_entities  # noqa: E402
from data_etiquette.flow.lexicon.vocabulary import compile_vocabulary  # noqa: E402
from data_etiquette.flow.program.program import build_program  # noqa: E402
from data_etiquette.frontends.sql.read import read_sql  # noqa: E402
from data_etiquette.model.catalog import Catalog  # noqa: E402

LABELS = HERE / "columns"


@dataclass(frozen=True)
class Labelled:
    """One set: its description and its rows."""

    name: str
    spec: dict[str, str]
    rows: list[dict[str, str]]


def labelled(name: str) -> Labelled:
    """Read one set."""
    spec = yaml.safe_load((LABELS / f"{name}.yaml").read_text())
    with (LABELS / f"{name}.csv").open() as handle:
        return Labelled(name, spec, list(csv.DictReader(handle)))


def texts(found: Labelled) -> dict[str, str]:
    """The DDL to read, by path."""
    if found.spec["archive"] == "drawn":
        return {f"{found.name}.sql": drawn(found.rows)}
    root = debian(found.spec) if found.spec["archive"] == "deb" else source(found.spec)
    paths = sorted({row["path"] for row in found.rows})
    return {path: (root / path).read_text(errors="replace") for path in paths}


def drawn(rows: list[dict[str, str]]) -> str:
    """DDL of a published data model."""
    tables: dict[str, list[str]] = {}
    for row in rows:
        tables.setdefault(row["table"], []).append(f"  {row['column']} {row['type']}")
    return "".join(f"CREATE TABLE {t} (\n" + ",\n".join(c) + "\n);\n" for t, c in tables.items())


def debian(spec: dict[str, str]) -> Path:
    """An unpacked Debian package; nothing of it is installed or run."""
    folder = CORPUS / f"{spec['package']}-deb"
    if not folder.exists():
        downloads = CORPUS / "downloads"
        downloads.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "-q", spec["package"]], cwd=downloads, check=True)
        archive = next(downloads.glob(f"{spec['package']}_*.deb"))
        subprocess.run(["dpkg-deb", "-x", str(archive), str(folder)], check=True)
    return folder


def measure(found: Labelled, catalog: Catalog) -> Score:
    """Read, judge and compare."""
    dialect = found.spec.get("dialect", "")
    facts = [read_sql(path, text, dialect) for path, text in texts(found).items()]
    entities = build_entities(build_program(facts), compile_vocabulary(catalog))
    judged = {
        (entity.table.lower(), item.name.lower()): (item.element, item.evidence)
        for entity in entities
        for item in entity.fields
    }
    score = Score(found.name)
    lost = 0
    for row in found.rows:
        key = (row["table"].lower(), row["column"].lower())
        lost += key not in judged
        element, evidence = judged.get(key, ("", ()))
        text = f"{row['table']}.{row['column']} {row['type']}"
        if row["judgement"] == "ignore":
            continue
        if row["judgement"] == "yes" and element:
            score.right += 1
            score.wrong_element += element != row["element"]
        elif row["judgement"] == "yes":
            score.missed.append(f"{text} is {row['element']}")
        elif element:
            score.extra.append(f"{text} = {element} {list(evidence[:2])}")
    if lost:
        score.missed.append(f"({lost} columns were not read at all)")
    return score


def main() -> None:
    """Print a table for each split, and with --show every difference."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--held", action="store_true")
    options = parser.parse_args()
    names = options.names or sorted(path.stem for path in LABELS.glob("*.csv"))
    catalog = load_catalog(HERE.parents[1] / "rules")
    for split in ("tune", "held"):
        if (options.tune and split == "held") or (options.held and split == "tune"):
            continue
        sets = [found for found in map(labelled, names) if found.spec["split"] == split]
        scores = [measure(found, catalog) for found in sets]
        if scores:
            show(split, sets, scores)
        if options.show:
            for score in scores:
                print(f"\n{score.name}: reported, not labelled")
                print("\n".join(f"  {line}" for line in score.extra))
                print(f"{score.name}: labelled, not reported")
                print("\n".join(f"  {line}" for line in score.missed))


def show(split: str, sets: list[Labelled], scores: list[Score]) -> None:
    """One table."""
    head = f"{split:14} {'dialect':10} {'columns':>7} {'right':>6} {'extra':>6} {'missed':>6}"
    print(f"{head} {'precision':>9} {'recall':>7} {'F1':>6} {'other element':>14}")
    for found, score in zip(sets, scores, strict=True):
        print(
            f"{score.name:14} {found.spec['dialect']:10} {len(found.rows):7} {score.right:6} "
            f"{len(score.extra):6} {len(score.missed):6} {score.precision:9.2f} "
            f"{score.recall:7.2f} {score.f1:6.2f} {score.wrong_element:14}"
        )
    whole = Score(split)
    for score in scores:
        whole.right += score.right
        whole.extra += score.extra
        whole.missed += score.missed
    mean = sum(score.f1 for score in scores) / len(scores)
    print(f"{split} mean F1 {mean:.3f}, all columns together F1 {whole.f1:.3f}\n")


if __name__ == "__main__":
    main()
