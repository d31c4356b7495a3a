"""What is known of a field's entity when the field is judged."""

from __future__ import annotations

from dataclasses import dataclass

from data_etiquette.model.kind import Role


@dataclass(frozen=True, slots=True)
class EntityContext:
    """What the classifier may know of a field's entity."""

    name: str
    kind: str
    role: Role
    is_role_known: bool
    """Whether the entity's name told the role, as against its fields."""
    stored: bool = False
    connects: bool = False
    """Whether it holds the parameters of a connection, such as host and port."""
    has_secret: bool = True
    """Whether it holds something to log in with."""
    hashes: bool = False
    """Whether it has methods that set or check a password."""
    siblings: frozenset[str] = frozenset()
    """Words of all its fields' names."""
    mentions_person: bool = False
    """Whether its fields together describe somebody, whatever it is called."""
    reaches_owner: bool = False
    """Whether it says where one user is to be notified."""
