"""What was found in earlier times, in SQLite or PostgreSQL: one way for both, through SQLAlchemy.

A snapshot stands there once, however often it is found. Each run refers to one snapshot a system.
Everything is read and written in one transaction that holds a lock, so that two fleets at once
come one after the other.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import sqlalchemy as sa

from data_etiquette.app.fleet.run import Earlier, Entry, Known
from data_etiquette.model.error import EtiquetteError, UsageError
from data_etiquette.reporting.fleet.snapshot import Snapshot, digest_of, written

SCHEMA_VERSION = 1
_SECONDS = 60
"""That a run waits for another one's transaction."""
_LOCKS = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "SELECT pg_advisory_xact_lock(7305174311902)",
}
"""What lets one transaction at a time through."""
_DRIVER = re.compile(r"^postgres(?:ql)?://")

_meta = sa.MetaData()
_schema = sa.Table(
    "etiquette_fleet_schema", _meta, sa.Column("version", sa.Integer, primary_key=True)
)
_snapshots = sa.Table(
    "etiquette_fleet_snapshot",
    _meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("fleet", sa.Text, nullable=False),
    sa.Column("system", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("day", sa.String(10), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.UniqueConstraint("fleet", "system", "digest"),
)
_runs = sa.Table(
    "etiquette_fleet_run",
    _meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("fleet", sa.Text, nullable=False, index=True),
    sa.Column("day", sa.String(10), nullable=False),
    sa.Column("version", sa.Text, nullable=False),
)
_states = sa.Table(
    "etiquette_fleet_state",
    _meta,
    sa.Column("run", sa.ForeignKey(_runs.c.id), primary_key=True),
    sa.Column("system", sa.Text, primary_key=True),
    sa.Column("team", sa.Text, nullable=False),
    sa.Column("revision", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("day", sa.String(10), nullable=False),
    sa.Column("snapshot", sa.ForeignKey(_snapshots.c.id)),
)


class HistoryError(EtiquetteError):
    """The history can't be read or written."""


class History:
    """The history of fleets, at a file or an address."""

    def __init__(self, place: str) -> None:
        self._shown = place
        try:
            self._engine = _engine(place)
        except (sa.exc.ArgumentError, ImportError, ValueError) as error:
            raise UsageError(
                "this is no place for a history",
                where=_hidden(place),
                hint="give a file for SQLite, or postgresql://USER@HOST/DATABASE",
            ) from error
        self._shown = self._engine.url.render_as_string(hide_password=True)
        if self._engine.dialect.name == "sqlite":
            self._shown = self._engine.url.database or self._shown

    def record(
        self, fleet: str, day: str, version: str, entries: Sequence[Entry], since: str = ""
    ) -> Earlier:
        """Keep a run, and tell what was known before it.

        Args:
            fleet: its name; each has a history of its own.
            day: of the run.
            version: of the tool.
            entries: one for each system.
            since: hold against the last run up to this day, not against the last one.

        Raises:
            HistoryError: the database can't be reached, or is none of this program's.
        """
        with self._opened() as connection:
            earlier = _earlier(connection, fleet, since)
            run = connection.execute(
                sa.insert(_runs).values(fleet=fleet, day=day, version=version).returning(_runs.c.id)
            ).scalar_one()
            carried = _references(connection, _last(connection, fleet, before=run))
            for entry in entries:
                reference, read = carried.get(entry.system, (None, ""))
                if entry.snapshot is not None:
                    reference, read = _kept(connection, fleet, day, entry, entry.snapshot), day
                values = {
                    "run": run,
                    "system": entry.system,
                    "team": entry.team,
                    "revision": entry.commit,
                    "reason": entry.reason,
                    "day": read,
                    "snapshot": reference,
                }
                connection.execute(sa.insert(_states).values(values))
        return earlier

    @contextmanager
    def _opened(self) -> Iterator[sa.Connection]:
        try:
            if self._engine.dialect.name == "sqlite":
                _make_private(self._engine.url.database)
            with self._engine.begin() as connection:
                _prepare(connection, self._shown)
                yield connection
        except (sa.exc.SQLAlchemyError, OSError, msgspec.MsgspecError) as error:
            raise HistoryError(
                f"the history cannot be used: {_first_line(error)}",
                where=self._shown,
                hint="--history names another place, --no-history does without",
            ) from error
        finally:
            self._engine.dispose()


def _engine(place: str) -> sa.Engine:
    url = sa.make_url(_DRIVER.sub("postgresql+psycopg://", place)) if "://" in place else None
    if url is None:
        url = sa.URL.create("sqlite", database=str(Path(place).resolve()))
    dialect = url.get_backend_name()
    if dialect not in _LOCKS:
        raise ValueError(f"no history is kept in {dialect}")
    waiting = {"timeout": _SECONDS} if dialect == "sqlite" else {"connect_timeout": _SECONDS}
    engine = sa.create_engine(url, connect_args=waiting, poolclass=sa.NullPool)
    if dialect == "sqlite":
        sa.event.listen(engine, "connect", _leave_begin_to_us)
    sa.event.listen(engine, "begin", lambda it: it.exec_driver_sql(_LOCKS[dialect]))
    return engine


def _make_private(place: str | None) -> None:
    """A file that only its owner can read, made before anything is in it."""
    if not place or Path(place).exists():
        return
    try:
        os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError:
        return  # opening it tells more


def _leave_begin_to_us(connection: _Isolated, _: object) -> None:
    """Python's driver would begin a transaction late, and without a lock."""
    connection.isolation_level = None


class _Isolated:
    """What is set on a connection of Python's own driver."""

    isolation_level: str | None


def _prepare(connection: sa.Connection, shown: str) -> None:
    _meta.create_all(connection)
    version = connection.execute(sa.select(_schema.c.version)).scalar_one_or_none()
    if version is None:
        connection.execute(sa.insert(_schema).values(version=SCHEMA_VERSION))
    elif version != SCHEMA_VERSION:
        raise HistoryError(
            f"the history has form {version}, and this version knows {SCHEMA_VERSION}",
            where=shown,
            hint="use the version of etiquette that wrote it, or begin another history",
        )


def _last(
    connection: sa.Connection, fleet: str, *, before: int | None = None, until: str = ""
) -> int | None:
    """The last run of a fleet."""
    query = sa.select(sa.func.max(_runs.c.id)).where(_runs.c.fleet == fleet)
    if before is not None:
        query = query.where(_runs.c.id < before)
    if until:
        query = query.where(_runs.c.day <= until)
    found: int | None = connection.execute(query).scalar_one_or_none()
    return found


def _earlier(connection: sa.Connection, fleet: str, since: str) -> Earlier:
    last = _last(connection, fleet)
    if last is None:
        return Earlier()
    held = _last(connection, fleet, until=since) if since else last
    if held is None:
        return Earlier(last=_known(connection, last))
    day = connection.execute(sa.select(_runs.c.day).where(_runs.c.id == held)).scalar_one()
    return Earlier(day, _known(connection, held), _known(connection, last))


def _known(connection: sa.Connection, run: int) -> dict[str, Known]:
    query = (
        sa.select(_states.c.system, _states.c.day, _snapshots.c.content)
        .select_from(_states.outerjoin(_snapshots, _states.c.snapshot == _snapshots.c.id))
        .where(_states.c.run == run)
    )
    return {
        system: Known(
            msgspec.json.decode(content, type=Snapshot) if content is not None else None, day
        )
        for system, day, content in connection.execute(query)
    }


def _references(connection: sa.Connection, run: int | None) -> dict[str, tuple[int | None, str]]:
    """System to its snapshot of a run, and the day on which it was read."""
    if run is None:
        return {}
    query = sa.select(_states.c.system, _states.c.snapshot, _states.c.day)
    rows = connection.execute(query.where(_states.c.run == run))
    return {system: (snapshot, day) for system, snapshot, day in rows}


def _kept(connection: sa.Connection, fleet: str, day: str, entry: Entry, snapshot: Snapshot) -> int:
    """The snapshot's number; it is written when it is not there yet."""
    content = written(snapshot)
    digest = digest_of(content)
    place = (
        _snapshots.c.fleet == fleet,
        _snapshots.c.system == entry.system,
        _snapshots.c.digest == digest,
    )
    found = connection.execute(sa.select(_snapshots.c.id).where(*place)).scalar_one_or_none()
    if found is not None:
        return int(found)
    values = {
        "fleet": fleet, "system": entry.system, "digest": digest, "day": day, "content": content
    }  # fmt: skip
    query = sa.insert(_snapshots).values(values).returning(_snapshots.c.id)
    return int(connection.execute(query).scalar_one())


def _hidden(place: str) -> str:
    """An address without what stands before its host."""
    return re.sub(r"//[^/@]*@", "//", place)


def _first_line(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip().splitlines() or [type(error).__name__])[0]
