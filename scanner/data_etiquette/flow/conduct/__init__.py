"""How the program behaves towards people: whom it asks, writes to and tracks."""
