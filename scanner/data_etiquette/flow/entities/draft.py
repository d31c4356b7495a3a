"""An entity on the way: what is known of it before its fields are judged."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.flow.entities.kind import Kind
from data_etiquette.model.facts import Facts, FieldFact
from data_etiquette.model.kind import Role
from data_etiquette.model.location import Location

CONNECTION_FIELDS = frozenset(
    {"host", "hostname", "port", "server", "server_address", "server_port", "database", "dsn"}
    | {"warehouse", "endpoint", "base_url", "http_path", "service_account_info"}
)
"""Names of what a connection is made with."""
ACCOUNT = "AUTH_USER"
"""Stands for the program's own users, whichever class they are of."""


@dataclass(slots=True)
class Draft:
    """An entity on the way: everything but the fields' judgement."""

    id: str
    name: str
    kind: Kind
    facts: Facts
    location: Location
    fields: tuple[FieldFact, ...]
    role: Role
    is_role_known: bool
    bases: tuple[str, ...] = ()
    is_built_on_library: bool = False
    """Whether a base that is not scanned, and no mere model, gives it fields."""
    table: str = ""
    abstract: bool = False
    methods: tuple[str, ...] = ()
    model: str = ""
    """Id of the model behind a form, serializer or GraphQL type."""
    registered: str = ""
    """The name under which a registry knows the model: `res.partner`."""
    extends: bool = False
    """Whether the class adds to a model that another class defines."""
    relations: list[tuple[str, str, str]] = field(default_factory=list)
    mentions_person: bool = False
    """Whether its fields together make a person's record."""
