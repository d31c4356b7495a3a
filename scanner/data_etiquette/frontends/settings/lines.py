"""Settings written line by line: `.env`, INI, TOML, crontab."""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_etiquette.frontends.redact import redact
from data_etiquette.frontends.settings.value import judged, without_secrets
from data_etiquette.model.facts import ScheduleFact, SettingFact

_DOTENV = re.compile(r"\s*(?:export\s+)?([A-Za-z_][\w.-]{0,120})\s*=\s*(.*)")
_SECTION = re.compile(r"\s*\[{1,2}([^\]\n]{1,200})\]{1,2}\s*(?:[#;].*)?$")
_OPTION = re.compile(r"(\s*)(\"?[\w/@][\w.\- /@:]{0,120}?\"?)\s*[=:]\s*(.*)")
_TOML_OPTION = re.compile(r"(\s*)([\w.\-\"']{1,120})\s*=\s*(.*)")
_CRON = re.compile(
    r"\s*(@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)"
    r"|(?:[\d*/,A-Za-z?#L-]+\s+){4}[\d*/,A-Za-z?#L-]+)\s+(.+)"
)
_CRON_USER = re.compile(r"(?:root|[a-z_][a-z0-9_-]{0,30})\s+(?=/|python|cd\b|\.|manage|[\w./-]+\s)")
_COMMENT = re.compile(r"\s+[#;].*")


def read_dotenv(text: str) -> Iterator[SettingFact]:
    """`KEY=value` lines; quoted values may go over several lines."""
    quote = ""
    for number, line in enumerate(text.split("\n"), 1):
        if quote:
            quote = "" if line.rstrip().endswith(quote) else quote
            continue
        match = _DOTENV.match(line)
        if match is None:
            continue
        raw = match.group(2).strip()
        if raw[:1] in ("'", '"'):
            end = raw.find(raw[0], 1)
            quote = raw[0] if end < 0 else ""
            raw = raw[1:end] if end > 0 else raw[1:]
        else:
            raw = "" if raw.startswith("#") else _COMMENT.sub("", raw)
        yield SettingFact(match.group(1), number, *judged(match.group(1), raw))


def read_ini(text: str) -> Iterator[SettingFact]:
    """`[section]` and `key = value`; what is indented goes on with the value above."""
    yield from _sections(text, _OPTION, toml=False)


def read_toml(text: str) -> Iterator[SettingFact]:
    """TOML where it is simply written: one value a line."""
    yield from _sections(text, _TOML_OPTION, toml=True)


def _sections(text: str, option: re.Pattern[str], *, toml: bool) -> Iterator[SettingFact]:
    section = quote = ""
    for number, line in enumerate(text.split("\n"), 1):
        if quote:
            quote = "" if quote in line else quote
            continue
        heading = _SECTION.match(line)
        if heading is not None:
            section = heading.group(1).strip().replace('"', "")
            continue
        match = option.match(line)
        if match is None or line.lstrip()[:1] in "#;" or (match.group(1) and not toml):
            continue
        key, raw = match.group(2).strip(" \"'"), match.group(3).strip()
        quote = next((mark for mark in ('"""', "'''") if toml and raw.count(mark) == 1), "")
        name = redact(f"{section}.{key}" if section else key)
        yield SettingFact(name, number, *judged(key, _unquoted(raw)))


def _unquoted(raw: str) -> str:
    raw = raw.strip()
    if raw[:3] in ('"""', "'''"):
        return raw.strip("\"'")
    if raw[:1] in ("'", '"'):
        end = raw.find(raw[0], 1)
        return raw[1:end] if end > 0 else raw[1:]
    return _COMMENT.sub("", raw)


def read_crontab(text: str) -> Iterator[ScheduleFact]:
    """Lines of a crontab, with or without a user."""
    for number, line in enumerate(text.split("\n"), 1):
        match = _CRON.match(line[:2000])
        if match is None or line.lstrip().startswith("#"):
            continue
        command = match.group(2).strip()
        user = _CRON_USER.match(command)
        if user is not None and command.split(None, 1)[0] in ("root", "www-data", "app", "django"):
            command = command[user.end() :]
        yield ScheduleFact(" ".join(match.group(1).split()), without_secrets(command), number)
