"""What personal data a symbolic value holds."""

from data_etiquette.flow.program.paths import spell
from data_etiquette.flow.resolve.resolver import Resolver

__all__ = ["Resolver", "spell"]
