"""Which class is the application's user account."""

from __future__ import annotations

from data_etiquette.flow.program import Program

_BASES = frozenset({"AbstractUser", "AbstractBaseUser", "SQLAlchemyBaseUserTable"})
_NAMES = ("User", "CustomUser", "Account", "UserAccount", "AuthUser", "UserModel")


def account_class(program: Program) -> str:
    """Dotted name of the class behind `request.user`; empty when there is none.

    Django's setting decides, else the class that is built on a user base, else the usual names.
    """
    named = _by_setting(program)
    by_name = ""
    for facts in program.files:
        for cls in facts.classes:
            identity = f"{facts.module}.{cls.qualname}" if facts.module else cls.qualname
            if named and cls.name == named:
                return identity
            if not named and {base.rsplit(".", 1)[-1] for base in cls.bases} & _BASES:
                return identity
            if cls.name in _NAMES and cls.fields and not by_name:
                by_name = identity
    return by_name


def _by_setting(program: Program) -> str:
    for facts in program.files:
        for name, text in facts.assigned:
            if name == "AUTH_USER_MODEL" and text[:1] in "'\"":
                return text.strip("'\"").rsplit(".", 1)[-1]
    return ""
