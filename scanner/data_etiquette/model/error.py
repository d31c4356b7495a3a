"""Errors that end a run with exit code 2. Trouble with one file is a `Skipped`, not an error."""

from __future__ import annotations


class EtiquetteError(Exception):
    """Something the user must mend: what happened, where, and what to do."""

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text}\n  {self.hint}" if self.hint else text


class UsageError(EtiquetteError):
    """The command line asks for something that does not exist."""


class ConfigError(EtiquetteError):
    """A configuration or declaration file is wrong; the message lists every mistake in it."""


class RuleError(EtiquetteError):
    """A file below `rules/` is wrong."""


class ReadError(EtiquetteError):
    """A file the run cannot do without is missing or unreadable."""
