"""What names and models say of who gets in: guards, refusals, the signed-in person."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from data_etiquette.flow.lexicon.knowledge import Knowledge
from data_etiquette.flow.lexicon.words import split
from data_etiquette.model.facts import AccessPath

_STATUSES = ("401", "403")
_STATUS_WORDS = (("401", "UNAUTHORIZED"), ("403", "FORBIDDEN"))


@dataclass(slots=True)
class Ends:
    """Ends of spelled paths, found quickly: most paths have none of their last names."""

    names: set[str] = field(default_factory=set)
    lasts: set[str] = field(default_factory=set)

    def update(self, names: Iterable[str]) -> None:
        """Know some more ends."""
        self.names.update(names)
        self.lasts.update(name.rsplit(".", 1)[-1] for name in self.names)

    def fit(self, path: AccessPath) -> bool:
        """Whether a path, or what it starts with, ends like one of the names."""
        text = path.root.partition(":")[2]
        last = text.rsplit(".", 1)[-1]
        if last in self.lasts and (text in self.names or last in self.names):
            return True
        for place, key in enumerate(path.keys):
            if key[1:] in self.lasts and self._ends(text + "".join(path.keys[: place + 1])):
                return True
        return False

    def _ends(self, text: str) -> bool:
        parts = text.split(".")
        first = max(len(parts) - 3, 0)
        return any(".".join(parts[start:]) in self.names for start in range(first, len(parts)))


@dataclass(slots=True)
class GuardWords:
    """Names of the guard models and word lists, ready for lookup."""

    words: Callable[[str], frozenset[str]]
    guards: set[str] = field(default_factory=set)
    """Decorators, bases and calls that let only some people in."""
    open: set[str] = field(default_factory=set)
    refusals: set[str] = field(default_factory=set)
    """Qualified names; with a status behind: `flask.abort(403)`."""
    refusal_lasts: set[str] = field(default_factory=set)
    statuses: set[tuple[str, str]] = field(default_factory=set)
    """(last name, status): `abort` with 403 turns away, whoever's wrapper it is."""
    middleware: set[str] = field(default_factory=set)
    checked: Ends = field(default_factory=Ends)
    """Ends of spelled paths that conditions ask: `user.is_staff`."""
    own: Ends = field(default_factory=Ends)
    """Ends of spelled paths, and callees, that give the signed-in person."""
    _known: dict[tuple[str, str], bool] = field(default_factory=dict)

    def is_guard(self, dotted: str) -> bool:
        """Whether a decorator, mixin, permission class or dependency lets only some people in."""
        return self._remembered("guard", dotted, self._is_guard)

    def is_open(self, dotted: str) -> bool:
        """Whether it says that everybody may, or everybody may read."""
        last = dotted.rsplit(".", 1)[-1]
        words = set(split(last))
        return dotted in self.open or {"read", "only"} <= words or {"allow", "any"} <= words

    def is_checking(self, dotted: str) -> bool:
        """Whether a called function lets pass or stops: `require_manager`, `check_access`."""
        return self._remembered("checking", dotted, self._is_checking)

    def is_person_lookup(self, dotted: str) -> bool:
        """Whether a dependency gives the signed-in person: `get_current_user`."""
        words = set(split(dotted.rsplit(".", 1)[-1]))
        return bool(words & self.words("person-lookups")) and not words & self._none()

    def is_refusal(self, dotted: str, statuses: Iterable[str] = ()) -> bool:
        """Whether a call or exception turns somebody away."""
        last = dotted.rsplit(".", 1)[-1]
        if last in self.refusal_lasts and (
            dotted in self.refusals or any((last, status) in self.statuses for status in statuses)
        ):
            return True
        return self._remembered("refusal", last, self._refuses)

    def is_permission(self, name: str) -> bool:
        """Whether a class attribute says which permission is asked for: `object_permissions`."""
        words = set(split(name))
        return bool(words & self.words("permission-words")) and not words & self._none()

    def is_secret(self, name: str) -> bool:
        """Whether nobody can guess a value of that name."""
        return self._remembered("secret", name, self._is_secret)

    def is_checked(self, path: AccessPath) -> bool:
        """Whether a condition's path asks who somebody is."""
        return self.checked.fit(path)

    def is_person(self, path: AccessPath) -> bool:
        """Whether a path starts at the signed-in person or the visitor's own session."""
        return self.own.fit(path)

    def _remembered(self, kind: str, name: str, ask: Callable[[str], bool]) -> bool:
        known = self._known.get((kind, name))
        if known is None:
            known = self._known[kind, name] = ask(name)
        return known

    def _none(self) -> frozenset[str]:
        return self.words("no-guard-names")

    def _is_guard(self, dotted: str) -> bool:
        if dotted in self.guards:
            return True
        words = set(split(dotted.rsplit(".", 1)[-1]))
        if words & self._none() or self.is_open(dotted):
            return False
        return bool(words & self.words("guard-names"))

    def _is_checking(self, dotted: str) -> bool:
        if dotted in self.guards:
            return True
        words = split(dotted.rsplit(".", 1)[-1])
        if not words or words[0] not in self.words("checking-words"):
            return False
        return bool(set(words[1:]) & self.words("guard-names")) and not set(words) & self._none()

    def _refuses(self, last: str) -> bool:
        return bool(set(split(last)) & self.words("refusal-names"))

    def _is_secret(self, name: str) -> bool:
        return bool(set(split(name)) & self.words("secret-keys"))


def statuses_in(texts: Iterable[str]) -> list[str]:
    """HTTP statuses of refusal among constants and names: `403`, `status.HTTP_401_UNAUTHORIZED`."""
    found = []
    for text in texts:
        if text in _STATUSES:
            found.append(text)
        found += [status for status, word in _STATUS_WORDS if text.upper().endswith(word)]
    return found


def compile_guard_words(knowledge: Knowledge, words: Callable[[str], frozenset[str]]) -> GuardWords:
    """Put the models of all frameworks together."""
    found = GuardWords(words)
    for model in knowledge.guards:
        named = {*model.decorators, *model.bases, *model.calls}
        match model.kind:
            case "guard":
                found.guards |= named
                found.checked.update(model.reads)
            case "open":
                found.open |= named
            case "refusal":
                found.refusals |= named
                found.statuses |= {
                    (name.split("(", 1)[0].rsplit(".", 1)[-1], name.split("(", 1)[1].rstrip(")"))
                    for name in named
                    if "(" in name
                }
                found.refusal_lasts |= {name.split("(", 1)[0].rsplit(".", 1)[-1] for name in named}
            case _:
                found.own.update({*named, *model.reads})
        found.middleware.update(model.middleware)
    return found
