"""Which provisions a rule speaks of under the laws that a declaration chooses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from data_etiquette.model.catalog import LawReference


def applicable(
    cited: Sequence[str], laws: Iterable[LawReference], chosen: Sequence[str]
) -> tuple[str, ...]:
    """Ids of provisions: those cited, translated into each chosen law.

    Standards and laws of one sector are cited wherever a rule names them; of the general laws only
    the chosen ones are. A law that the rule does not cite itself is reached over the provisions
    that correspond to the GDPR's.
    """
    known = {law.id: law for law in laws}
    found = [item for item in cited if item not in known or not known[item].general]
    by_law: list[str] = []
    for instrument in chosen:
        own = [item for item in cited if item in known and known[item].instrument == instrument]
        by_law += own or [
            law.id
            for law in known.values()
            if law.instrument == instrument and set(law.like) & set(cited)
        ]
    return tuple(dict.fromkeys((*by_law, *found)))
