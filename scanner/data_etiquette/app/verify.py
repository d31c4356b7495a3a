"""Whether a page is as it was written, and the code as it was read."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from data_etiquette.app.cache import cache_folder
from data_etiquette.app.discover import Found, discover
from data_etiquette.app.provenance import digest_of
from data_etiquette.app.scan import ScanRequest, own_rules, selection
from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.model.error import ReadError, UsageError
from data_etiquette.reporting.page import one_line, stamp_of
from data_etiquette.reporting.verification import Verification

MAX_BYTES = 512_000_000
_LISTED = re.compile(r'<pre id="(?P<id>manifest|inputs)" class="manifest">(?P<lines>[^<]*)</pre>')
_LINE = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<path>.+)")
_RULES = re.compile(r'<code id="rules-sha256">(?P<digest>[0-9a-f]+)</code>')


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """What the user asks for."""

    page: Path
    scan: ScanRequest | None = None
    """Of what was scanned; None checks the page alone."""


def verify(request: VerifyRequest) -> Verification:
    """Recompute the hash of the page and of every input.

    Raises:
        ReadError: the page cannot be read, or is none of ours.
        UsageError: a path does not exist, or the page lists no inputs.
        EtiquetteError: the rules or the configuration are wrong.
    """
    page = _read(request.page)
    named, actual = stamp_of(page)
    if not named:
        raise ReadError(
            "this is no page of etiquette, or one that names no hash of its own",
            where=str(request.page),
            hint="files without one are listed in report.sha256, for sha256sum --check",
        )
    if request.scan is None:
        return Verification(str(request.page), is_page_whole=named == actual)
    listed = {match["id"]: match["lines"] for match in _LISTED.finditer(page)}
    if "manifest" not in listed:
        raise UsageError(
            "this page lists no inputs", hint="compliance.html of the same folder does"
        )
    found = discover(selection(request.scan))
    code = _entries(listed["manifest"])
    inputs = _entries(listed.get("inputs", ""))
    here = {one_line(path): place for path, place in found.files}
    return Verification(
        str(request.page),
        is_page_whole=named == actual,
        is_tree_read=True,
        files=len(code) + len(inputs),
        changed=tuple(_differing(code, inputs, here, found.root, missing=False)),
        missing=tuple(_differing(code, inputs, here, found.root, missing=True)),
        new=tuple(sorted(here.keys() - code.keys())),
        are_rules_same=_are_rules_same(page, request.scan, found),
    )


def _read(place: Path) -> str:
    try:
        if place.stat().st_size > MAX_BYTES:
            raise ReadError("the file is too large", where=str(place))
        return place.read_bytes().decode("utf-8")
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", where=str(place)) from error
    except UnicodeDecodeError as error:
        raise ReadError("this is no page of etiquette", where=str(place)) from error


def _entries(lines: str) -> dict[str, str]:
    """Path to digest; text of the page as the reader sees it."""
    matches = (_LINE.fullmatch(line) for line in html.unescape(lines).split("\n"))
    return {match["path"]: match["digest"] for match in matches if match is not None}


def _differing(
    code: Mapping[str, str],
    inputs: Mapping[str, str],
    here: Mapping[str, Path],
    root: Path,
    *,
    missing: bool,
) -> Iterator[str]:
    """Paths whose file is gone, or is another one."""
    for path, digest in sorted({**code, **inputs}.items()):
        place = here.get(path) or _below(root, path)
        now = digest_of(place) if place is not None else ""
        if now != digest and missing == (not now):
            yield path


def _below(root: Path, path: str) -> Path | None:
    """Where a path of the page would be; a page cannot name any place of this machine."""
    parts = PurePosixPath(path)
    climbs = [part for part in parts.parts if part == ".."]
    if parts.is_absolute() or (climbs and parts.parts[: len(climbs)] != tuple(climbs)):
        return None
    place = root / path
    return place if place.is_file() else None


def _are_rules_same(page: str, request: ScanRequest, found: Found) -> bool:
    match = _RULES.search(page)
    folder = cache_folder() if request.use_cache else None
    catalog = load_catalog(data_folder("rules"), folder, own_rules(request, found))
    return match is not None and match["digest"] == catalog.digest
