from __future__ import annotations

import errno
import io
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.model.catalog import Catalog

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog(data_folder("rules"), with_cases=True)


@pytest.fixture(autouse=True)
def _private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETIQUETTE_CACHE_DIR", str(tmp_path / "cache"))
    # 1 June 2026: agreements and reviews of the fixtures are due or not as of that day.
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")
    for name in ("NO_COLOR", "FORCE_COLOR", "CI", "PRE_COMMIT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def _compiled_rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compiled")
    load_catalog(data_folder("rules"), folder)
    return folder


@pytest.fixture
def warm_catalog(tmp_path: Path, _compiled_rules: Path, _private_cache: None) -> None:
    """Rules already compiled in the test's own cache, so that a scan reads no YAML."""
    shutil.copytree(_compiled_rules, tmp_path / "cache", dirs_exist_ok=True)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        message = "a socket was opened"
        raise AssertionError(message)

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


@pytest.fixture
def deny(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Take rights on files and folders away: from root, whom no mode stops, by refusing calls."""
    taken: list[Path] = []

    def take(*places: Path, mode: int = 0) -> None:
        for place in places:
            place.chmod(mode)
            taken.append(place)

    def refusing(original: Callable[..., object], *, inside: bool) -> Callable[..., object]:
        def call(path: object, *rest: object, **named: object) -> object:
            if isinstance(path, str | os.PathLike):
                place = Path(os.fspath(path))
                if (place.parent if inside else place) in taken:
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return original(path, *rest, **named)

        return call

    if os.geteuid() == 0:
        monkeypatch.setattr(io, "open", refusing(io.open, inside=False))
        monkeypatch.setattr(os, "scandir", refusing(os.scandir, inside=False))
        monkeypatch.setattr(os, "mkdir", refusing(os.mkdir, inside=True))
    yield take
    for place in taken:
        place.chmod(0o700)


@pytest.fixture
def write_tree(tmp_path: Path):
    """Write files below a fresh folder and return it."""

    def write(files: dict[str, str | bytes]) -> Path:
        root = tmp_path / "tree"
        for name, content in files.items():
            place = root / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content if isinstance(content, bytes) else content.encode())
        root.mkdir(exist_ok=True)
        return root

    return write


os.environ.setdefault("PYTHONHASHSEED", "0")
