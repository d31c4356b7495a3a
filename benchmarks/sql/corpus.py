"""Real SQL for `coverage.py`, fetched at run time into `benchmarks/corpus/sql/`; none of it is kept here.

    python benchmarks/sql/corpus.py [NAME …]        fetch and unpack what `corpus.yaml` lists

Files of a package are taken as they are; statements in strings of Python tests become a file each,
in a folder that is named for their dialect. Nothing that is fetched is imported or run.
"""

from __future__ import annotations

import argparse
import ast
import fnmatch
import gzip
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parent / "corpus" / "sql"
_SQL = re.compile(
    r"\s*(?:--[^\n]*\n\s*)*(?:select|with|insert|create|alter|merge|update|delete|grant|copy)\b",
    re.IGNORECASE,
)
# Tests give their calls expressions as well.
_STATEMENT = re.compile(
    r"\s*(?:\(\s*)*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*[A-Z]{3,}(?:\s+[\w\"'`\[({*#@:$]|$)"
)


def main() -> None:
    """Fetch all sources that are not there."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    for spec in yaml.safe_load((HERE / "corpus.yaml").read_text()):
        if not options.names or spec["package"] in options.names:
            place = CORPUS / spec["package"]
            if not place.exists():
                fetch(spec, place)
            print(f"{spec['package']}: {len(list(place.rglob('*.sql')))} files")


def fetch(spec: dict[str, str], place: Path) -> None:
    """Unpack one package and keep its SQL."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "unpacked").mkdir()
        unpack(download(spec, root), root / "unpacked")
        place.mkdir(parents=True)
        if "calls" in spec:
            take_strings(spec, root / "unpacked", place)
        else:
            take_files(spec, root / "unpacked", place)


def download(spec: dict[str, str], folder: Path) -> Path:
    """The archive, by the client of the index that has it."""
    if spec["archive"] == "maven":
        place = f"{spec['group']}:{spec['package']}:{spec['version']}:jar:{spec['classifier']}"
        local = folder / "repository"
        command = ["mvn", "-q", f"-Dmaven.repo.local={local}", "-Dtransitive=false"]
        subprocess.run([*command, "dependency:get", f"-Dartifact={place}"], check=True)
        return next(local.rglob(f"{spec['package']}-{spec['version']}-*.jar"))
    if spec["archive"] == "deb":
        subprocess.run(["apt-get", "download", "-q", spec["package"]], cwd=folder, check=True)
        return next(folder.glob("*.deb"))
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    kind = "--no-binary" if spec["archive"] == "sdist" else "--only-binary"
    wanted = f"{spec['package']}=={spec['version']}"
    subprocess.run([*command, kind, ":all:", "--dest", str(folder), wanted], check=True)
    return next(path for path in folder.iterdir() if path.is_file())


def unpack(archive: Path, folder: Path) -> None:
    """Any kind of archive."""
    if archive.suffix == ".deb":
        subprocess.run(["dpkg-deb", "-x", str(archive), str(folder)], check=True)
    elif archive.suffix in (".whl", ".jar"):
        with zipfile.ZipFile(archive) as handle:
            handle.extractall(folder)
    else:
        with tarfile.open(archive) as handle:
            handle.extractall(folder, filter="data")


def take_files(spec: dict[str, str], root: Path, place: Path) -> None:
    """SQL files, packed ones unpacked, and the files that say which dialect they are in."""
    folder = next(root.glob(spec["folder"])) if "folder" in spec else root
    leave = spec.get("leave", "").split()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or path.is_symlink() or any(fnmatch.fnmatch(name, p) for p in leave):
            continue
        target = place / name
        if path.name.endswith(".sql.gz"):
            target = target.with_suffix("")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(gzip.decompress(path.read_bytes()))
        elif path.suffix in (".sql", ".ddl", ".yml", ".yaml"):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def take_strings(spec: dict[str, str], root: Path, place: Path) -> None:
    """Statements that tests give to the named calls, or hold in strings that look like SQL."""
    for path in sorted(next(root.glob(spec["folder"])).rglob("*.py")):
        dialect = spec.get("dialect") or path.stem.removeprefix("test_")
        if dialect not in spec.get("dialects", dialect).split():
            continue
        texts = dict.fromkeys(strings(path, spec["calls"].split()))
        for number, text in enumerate(texts):
            target = place / dialect / f"{path.stem}_{number:04}.sql"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)


def strings(path: Path, calls: list[str]) -> Iterator[str]:
    """The first argument of each such call; with `*` all strings that begin as SQL does."""
    try:
        tree = ast.parse(path.read_text(errors="replace"))
    except SyntaxError:
        return
    # Pieces of f-strings are no statements, docstrings neither.
    pieces = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, (ast.JoinedStr, ast.Expr))
        for part in (node.values if isinstance(node, ast.JoinedStr) else [node.value])
    }
    for node in ast.walk(tree):
        if id(node) in pieces:
            continue
        if calls == ["*"]:
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if is_text and len(node.value) > 30 and _SQL.match(node.value):
                yield node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            first = node.args[0] if node.args else None
            text = str(first.value) if isinstance(first, ast.Constant) else ""
            if node.func.attr in calls and _STATEMENT.match(text):
                yield text


if __name__ == "__main__":
    main()
