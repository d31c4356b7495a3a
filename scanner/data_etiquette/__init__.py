"""etiquette: finds personal data in source code, follows it, holds it against a declaration."""

__version__ = "0.1.0"
