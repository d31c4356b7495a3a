"""Tables over time: statements, migrations, dialects, what protects them."""
