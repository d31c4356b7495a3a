"""Small systems, and the two databases in which a history can stand."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SHOP = {
    "models.py": """\
from django.db import models


class Customer(models.Model):
    email = models.EmailField()
    birth_date = models.DateField()
""",
    "views.py": """\
import logging

from models import Customer


def show(customer: Customer) -> None:
    logging.info(customer.email)
""",
}
CLINIC = {
    "models.py": """\
from django.db import models


class Patient(models.Model):
    email = models.EmailField()
    diagnosis = models.TextField()
"""
}


@pytest.fixture
def systems(tmp_path: Path) -> Path:
    """A folder with two systems."""
    for name, files in {"shop": SHOP, "clinic": CLINIC}.items():
        (tmp_path / "all" / name).mkdir(parents=True)
        for file, text in files.items():
            (tmp_path / "all" / name / file).write_text(text)
    return tmp_path / "all"


def _tool(name: str) -> str | None:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    path = os.pathsep.join([os.environ.get("PATH", ""), *map(str, places)])
    return shutil.which(name, path=path)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a PostgreSQL of these tests' own; skipped where it is not installed."""
    pytest.importorskip("psycopg")
    initdb, server = _tool("initdb"), _tool("postgres")
    if initdb is None or server is None:
        pytest.skip("there is no PostgreSQL: apt-get install postgresql")
    user = "nobody" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as name:
        folder = Path(name)
        if user is not None:
            shutil.chown(folder, user)
        data = folder / "data"
        subprocess.run(
            [initdb, "-D", data, "-A", "trust", "-U", "etiquette", "--no-sync", "-E", "UTF8"],
            check=True,
            capture_output=True,
            user=user,
            cwd=folder,
        )
        with subprocess.Popen(
            [server, "-D", data, "-k", folder, "-h", "", "-c", "fsync=off"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=user,
            cwd=folder,
        ) as started:
            _wait(folder / ".s.PGSQL.5432")
            yield f"postgresql:///postgres?host={folder}&user=etiquette"
            started.terminate()


def _wait(socket: Path) -> None:
    for _ in range(100):
        if socket.exists():
            return
        time.sleep(0.1)
    pytest.fail("PostgreSQL did not start")


@pytest.fixture(params=["sqlite", "postgresql"])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty history in either database."""
    if request.param == "sqlite":
        yield str(tmp_path / "history.sqlite")
        return
    import sqlalchemy as sa  # noqa: PLC0415

    address = request.getfixturevalue("postgres")
    yield address
    engine = sa.create_engine(address.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        for table in ("state", "run", "snapshot", "schema"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS etiquette_fleet_{table}")
    engine.dispose()


@pytest.fixture
def rows(history: str) -> Callable[[str], list[tuple]]:
    """Answers of the database itself."""
    import sqlalchemy as sa  # noqa: PLC0415

    url = history.replace("postgresql:", "postgresql+psycopg:")
    url = url if url.startswith("postgresql") else f"sqlite:///{url}"

    def ask(query: str) -> list[tuple]:
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.exec_driver_sql(query)]
        engine.dispose()
        return found

    return ask
