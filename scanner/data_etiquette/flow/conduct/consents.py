"""Which fields keep a person's yes or no, and whether an answer is the one that was needed."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.flow.conduct.queries import Asked
from data_etiquette.flow.entities.classify import Classifier
from data_etiquette.flow.entities.entityindex import EntityIndex
from data_etiquette.flow.lexicon.phrases import Phrases

CONSENT_ELEMENTS = frozenset({"privacy_preference", "parental_consent"})


@dataclass(slots=True)
class Consents:
    """Judges fields by their element, names by words."""

    index: EntityIndex
    classifier: Classifier
    _consents: Phrases = field(default_factory=lambda: Phrases(frozenset()))
    _refusals: Phrases = field(default_factory=lambda: Phrases(frozenset()))

    def __post_init__(self) -> None:
        self._consents = Phrases(self.classifier.words("consent"))
        self._refusals = Phrases(self.classifier.words("consent-refusals"))

    def is_consent(self, asked: Asked) -> bool:
        """Whether what was asked is somebody's consent."""
        return self.element(asked) in CONSENT_ELEMENTS or self.is_named(asked.field)

    def is_given(self, asked: Asked) -> bool:
        """Whether it is a consent, and the answer lets one go on."""
        if not self.is_consent(asked):
            return False
        return asked.holds is None or asked.holds is not self.is_refusal(asked.field)

    def is_refusal(self, name: str) -> bool:
        """`opt_out`, `unsubscribed_at`: true means no."""
        return self._refusals.names(name)

    def is_named(self, name: str) -> bool:
        """Whether a name alone says consent."""
        return self._consents.names(name)

    def element(self, asked: Asked) -> str:
        """Data element of what was asked; of a bare name what the name tells."""
        entity = self.index.by_id.get(asked.entity)
        found = self.index.field(entity, asked.field) if entity is not None else None
        if found is not None:
            return found.element
        return "" if asked.entity else self.classifier.name_element(asked.field)
