"""Which class is the application's user account."""

from __future__ import annotations

from data_etiquette.flow.program.program import Program
from data_etiquette.model.facts import FieldFact
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Confidence, Role
from data_etiquette.model.location import Location

_BASES = frozenset({"AbstractUser", "AbstractBaseUser", "SQLAlchemyBaseUserTable"})
_NAMES = ("User", "CustomUser", "Account", "UserAccount", "AuthUser", "UserModel")


def account_class(program: Program) -> str:
    """Dotted name of the class behind `request.user`; empty when there is none.

    Django's setting decides, else the class that is built on a user base, else the usual names.
    """
    app, _, named = _by_setting(program).rpartition(".")
    by_name = ""
    by_setting = ""
    for facts in program.files:
        for cls in facts.classes:
            identity = f"{facts.module}.{cls.qualname}" if facts.module else cls.qualname
            if named and cls.name == named and cls.bases:
                if app.rpartition(".")[2] in facts.module.split("."):
                    return identity
                by_setting = by_setting or identity
            if not named and {base.rsplit(".", 1)[-1] for base in cls.bases} & _BASES:
                return identity
            if cls.name in _NAMES and cls.fields and not by_name:
                by_name = identity
    return by_setting or by_name


_DJANGO_FIELDS = (
    ("username", "username", "identity"),
    ("email", "email", "contact"),
    ("first_name", "first_name", "identity"),
    ("last_name", "last_name", "identity"),
    ("password", "password_hash", "credentials"),
)


def library_account(program: Program) -> Entity | None:
    """Django's own user, for applications that use it as it is; None where they don't."""
    for facts in program.files:
        for _, target in facts.imports:
            if target.startswith(("django.contrib.auth", "django.conf.settings")):
                return _django_user()
    return None


def heirs(program: Program) -> tuple[str, ...]:
    """Classes that are built on Django's whole user and so have its name and e-mail address."""
    return tuple(
        f"{facts.module}.{cls.qualname}" if facts.module else cls.qualname
        for facts in program.files
        for cls in facts.classes
        if any(base == "AbstractUser" or base.endswith(".AbstractUser") for base in cls.bases)
    )


def _django_user() -> Entity:
    place = Location("django.contrib.auth", 1)
    fields = tuple(
        Field(name, place, FieldFact(name, 1), element=element, group=group, sensitivity=2,
              confidence=Confidence.HIGH, value="text")
        for name, element, group in _DJANGO_FIELDS
    )  # fmt: skip
    return Entity(
        id="django.contrib.auth.models.User", name="User", kind="django-model", location=place,
        role=Role.PERSON, subject="person", stored=True, fields=fields,
        methods=("get_full_name", "get_short_name", "check_password", "set_password"),
    )  # fmt: skip


def _by_setting(program: Program) -> str:
    for facts in program.files:
        for name, text in facts.assigned:
            if name == "AUTH_USER_MODEL" and text[:1] in "'\"":
                return text.strip("'\"")
    return ""
