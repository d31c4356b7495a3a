"""Types of symbolic values across functions and files."""

from data_etiquette.flow.types.core import DUMPING_METHODS
from data_etiquette.flow.types.types import Types

__all__ = ["DUMPING_METHODS", "Types"]
