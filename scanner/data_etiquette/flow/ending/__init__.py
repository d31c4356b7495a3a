"""How data ends: erasures, periods, and what remains of a person."""
