"""Word lists of `rules/words/` and kinds of services, as checks ask for them."""

from __future__ import annotations

from functools import lru_cache

from data_etiquette.checks.context import Context
from data_etiquette.flow.lexicon.phrases import Phrases
from data_etiquette.flow.lexicon.words import fold, joined, split
from data_etiquette.model.catalog import Catalog, KnownRecipient


def phrases(context: Context, purpose: str) -> Phrases:
    """One list, ready to be looked for."""
    return _compiled(purpose, dict(context.catalog.words).get(purpose, ()))


@lru_cache(maxsize=64)
def _compiled(purpose: str, words: tuple[str, ...]) -> Phrases:  # noqa: ARG001 (names the entry)
    return Phrases(frozenset(run for word in words if (run := joined(word))))


def says(found: Phrases, text: str) -> bool:
    """Whether a sentence, a label or a path holds one of the phrases."""
    return bool(found.first(text_words(text)))


def text_words(text: str) -> list[str]:
    """Words of a sentence, folded as identifiers are."""
    return [word for piece in fold(text).split() for word in split(piece)]


def service_of(catalog: Catalog, host: str) -> KnownRecipient | None:
    """The known service that a host belongs to."""
    known = _hosts(catalog.preferred_recipients())
    labels = host.split(".")
    for start in range(len(labels) - 1):
        found = known.get(".".join(labels[start:]))
        if found is not None:
            return found
    return _domains(catalog.preferred_recipients()).get(".".join(labels[-2:]))


@lru_cache(maxsize=4)
def _hosts(recipients: tuple[KnownRecipient, ...]) -> dict[str, KnownRecipient]:
    found: dict[str, KnownRecipient] = {}
    for known in recipients:
        for host in known.hosts:
            found.setdefault(host.lower(), known)
    return found


@lru_cache(maxsize=4)
def _domains(recipients: tuple[KnownRecipient, ...]) -> dict[str, KnownRecipient]:
    """Domains of which all known hosts belong to one service: `js.stripe.com` is Stripe's."""
    owners: dict[str, dict[str, KnownRecipient]] = {}
    for known in recipients:
        for host in known.hosts:
            domain = ".".join(host.lower().split(".")[-2:])
            owners.setdefault(domain, {})[known.id] = known
    return {domain: next(iter(ids.values())) for domain, ids in owners.items() if len(ids) == 1}


def host_of(url: str) -> str:
    """The host that an address names; empty for the page's own server."""
    if "//" not in url:
        return ""
    before, _, rest = url.partition("//")
    if before not in ("", "http:", "https:"):
        return ""
    host = rest.split("/", 1)[0].split("?", 1)[0].rpartition("@")[2].partition(":")[0].lower()
    return "" if "{" in host or "." not in host else host
