"""Where the files come from: CPython's own tests, distributions from PyPI, SQL fixtures."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
CORPUS = HERE.parent / "corpus" / "torture"
READ = frozenset(
    {".py", ".sql", ".html", ".yaml", ".yml", ".toml", ".cfg", ".json", ".lock", ".tf"}
)
MAX_BYTES = 2_000_000


def cpython_tests() -> list[Path]:
    """Every Python file of the test suite that comes with this Python; none where it has none."""
    try:
        import test
    except ImportError:
        return []
    return sorted(Path(test.__path__[0]).rglob("*.py"))


def distributions() -> list[Path]:
    """Files of the listed distributions that etiquette has readers for; fetched where missing."""
    _fetch()
    return [path for path in sorted(CORPUS.rglob("*")) if _is_read(path)]


def sql_fixtures() -> list[Path]:
    """SQL of the distributions and of the named corpus of `benchmarks/sql`."""
    folders = (CORPUS, HERE.parent / "corpus" / "sql")
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*.sql"))
        if path.is_file() and path.stat().st_size <= 50 * MAX_BYTES
    ]


def _is_read(path: Path) -> bool:
    return path.suffix in READ and path.is_file() and path.stat().st_size <= MAX_BYTES


def _fetch() -> None:
    """Download and unpack what is not here yet; what can't be had is said and left out."""
    folder = CORPUS / "dl"
    folder.mkdir(parents=True, exist_ok=True)
    lines = (HERE / "distributions.txt").read_text(encoding="utf-8").splitlines()
    for wanted in (line for line in lines if line and not line.startswith("#")):
        name, _, version = wanted.partition("==")
        place = CORPUS / f"{name}-{version}"
        if place.is_dir():
            continue
        found = _archives(folder, name, version)
        if not found:
            pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder)]
            done = subprocess.run([*pip, wanted], capture_output=True, check=False)
            found = _archives(folder, name, version)
            if done.returncode or not found:
                print(f"{wanted} could not be fetched and is left out", file=sys.stderr)
                continue
        _unpack(found[0], place)


def _archives(folder: Path, name: str, version: str) -> list[Path]:
    """Archives of one version, however its name is written."""
    wanted = f"{name}-{version}".replace("-", "_").lower()
    return [
        path for path in folder.iterdir() if path.name.replace("-", "_").lower().startswith(wanted)
    ]


def _unpack(archive: Path, place: Path) -> None:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as file:
            file.extractall(place)
    else:
        with tarfile.open(archive) as file:
            file.extractall(place, filter="data")
