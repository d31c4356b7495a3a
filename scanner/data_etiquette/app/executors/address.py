"""Where files are read: `dask://HOST:PORT`, `dask+tls://HOST:PORT`, `dask://local?workers=4`."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from data_etiquette.model.error import UsageError

_SCHEMES = {"dask": "tcp", "dask+tls": "tls"}
_FORMS = "dask://HOST:PORT, dask+tls://HOST:PORT, or dask://local?workers=N for processes here"
MAX_WORKERS = 1024


@dataclass(frozen=True, slots=True)
class Address:
    """A scheduler, or a cluster of this machine's own processes."""

    url: str
    """As Dask writes it: `tcp://10.0.0.5:8786`; empty for one of this machine's own."""
    workers: int = 0
    """Processes of a cluster of its own; 0: as many as there are processors."""


def parse_address(text: str) -> Address:
    """What `--executor` names.

    Raises:
        UsageError: it is none of the known forms.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise _refused(text) from error
    if parts.scheme not in _SCHEMES or parts.path not in ("", "/") or parts.username is not None:
        raise _refused(text)
    if parts.hostname == "local" and port is None and parts.scheme == "dask":
        return Address("", _workers(text, parts.query))
    if not parts.hostname or port is None or parts.query:
        raise _refused(text)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Address(f"{_SCHEMES[parts.scheme]}://{host}:{port}")


def _workers(text: str, query: str) -> int:
    told = dict(parse_qsl(query, keep_blank_values=True))
    number = told.pop("workers", "0")
    is_number = number.isascii() and number.isdigit() and int(number) <= MAX_WORKERS
    if told or not is_number:
        raise _refused(text)
    return int(number)


def _refused(text: str) -> UsageError:
    return UsageError(f"`{text}` names no executor", hint=f"known are {_FORMS}")
