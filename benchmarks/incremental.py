"""Whether a scan that remembers says what one that remembers nothing does, edit after edit.

    python benchmarks/incremental.py FOLDER … [--edits N] [--seed TEXT]

A copy of each application is edited in one random Python file at a time. After each edit it is scanned
with the cache, as a hook for that file, and without the cache: the reports must be the same byte for
byte, and the hook's findings those of the whole scan that touch the file. CPU is user and system
seconds, those of children among them; the hook runs second and is as good as free.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from data_etiquette.app.hook import HookRequest, hook, touching
from data_etiquette.app.scan import ScanRequest, scan
from data_etiquette.model.report import Provenance, Report
from data_etiquette.reporting.json import render_json

_LEAK = "\n\ndef told_to_all(customer):\n    print(customer.email)\n"


def main() -> None:
    """Print a line for each kind of edit; end with 1 where a report differs."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--edits", type=int, default=30)
    parser.add_argument("--seed", default="etiquette")
    chosen = parser.parse_args()
    wrong = [item for folder in chosen.folders for item in _tried(folder, chosen)]
    print("\n".join(wrong) or "all the same")
    sys.exit(bool(wrong))


def _tried(folder: Path, chosen: argparse.Namespace) -> list[str]:
    chance = random.Random(f"{chosen.seed} {folder.name}")
    wrong: list[str] = []
    ratios: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        os.environ["ETIQUETTE_CACHE_DIR"] = str(Path(name) / "cache")
        root = Path(name) / folder.name
        shutil.copytree(folder, root)
        (root / ".git").mkdir(exist_ok=True)
        scan(ScanRequest((root,)))
        files = [path for path, _ in scan(ScanRequest((root,))).files if path.endswith(".py")]
        for number in range(chosen.edits):
            kind = list(EDITS)[number % len(EDITS)]
            path = chance.choice(files)
            place = root / path
            place.write_text(EDITS[kind](place.read_text(), chance))
            warm, warm_cpu = _timed(lambda: scan(ScanRequest((root,))).report)
            request = HookRequest(ScanRequest((root,)), root, (place,))
            told = hook(request).report.findings
            cold, cold_cpu = _timed(lambda: scan(ScanRequest((root,), use_cache=False)).report)
            ratios.setdefault(kind, []).append(warm_cpu / cold_cpu)
            if _text(warm) != _text(cold):
                wrong.append(f"{folder.name}: edit {number}, {kind} in {path}: another report")
            if told != touching(cold, [path]):
                wrong.append(f"{folder.name}: edit {number}, {kind} in {path}: another hook")
    for kind, found in ratios.items():
        print(f"{folder.name}: {kind}: {statistics.median(found):.2f} of a cold scan's CPU")
    return wrong


def _text(report: Report) -> str:
    return render_json(replace(report, provenance=Provenance()))


def _timed(run: Callable[[], Report]) -> tuple[Report, float]:
    before = _cpu()
    report = run()
    return report, _cpu() - before


def _cpu() -> float:
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def _leak(text: str, _: random.Random) -> str:
    return text + _LEAK


def _import(text: str, chance: random.Random) -> str:
    """An import as the first statement that may be one."""
    body = ast.parse(text).body
    at = next((node.lineno - 1 for node in body if isinstance(node, ast.Import)), len(body) and -1)
    lines = text.splitlines(keepends=True)
    line = chance.choice(("import logging\n", "import smtplib\n", "import requests\n"))
    return "".join([*lines[:at], line, *lines[at:]]) if at >= 0 else f"{text}\n{line}"


def _renamed(text: str, chance: random.Random) -> str:
    """An attribute of a class, or a function, under another name."""
    names = [
        target.id
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef)
        for item in node.body
        if isinstance(item, ast.Assign)
        for target in item.targets
        if isinstance(target, ast.Name)
    ]
    if not names:
        return _leak(text, chance)
    name = chance.choice(names)
    return text.replace(f" {name} = ", f" {chance.choice(('nickname', 'phone', 'thing'))} = ", 1)


def _deleted(text: str, chance: random.Random) -> str:
    """One function of the module less."""
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    if not functions:
        return _leak(text, chance)
    node = chance.choice(functions)
    first = min([node.lineno, *(item.lineno for item in node.decorator_list)]) - 1
    lines = text.splitlines(keepends=True)
    return "".join([*lines[:first], *lines[node.end_lineno :]])


def _inside(text: str, chance: random.Random) -> str:
    """A mail address printed at the beginning of a function that is there already."""
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    if not functions:
        return _leak(text, chance)
    node = chance.choice(functions)
    first = node.body[0]
    at = min([first.lineno, *(item.lineno for item in getattr(first, "decorator_list", []))]) - 1
    if at < node.lineno:
        return _leak(text, chance)
    name = node.args.args[0].arg if node.args.args else "customer"
    lines = text.splitlines(keepends=True)
    told = f"{' ' * first.col_offset}print({name}.email)\n"
    return "".join([*lines[:at], told, *lines[at:]])


def _remark(text: str, _: random.Random) -> str:
    """A comment at the end: nothing is said that was not said before."""
    return f"{text.rstrip()}  # as it was\n# and nothing else\n"


EDITS: dict[str, Callable[[str, random.Random], str]] = {
    "a mail address is printed": _leak,
    "one inside of a function": _inside,
    "an import more": _import,
    "a member renamed": _renamed,
    "a function less": _deleted,
    "a remark at the end": _remark,
}


if __name__ == "__main__":
    main()
