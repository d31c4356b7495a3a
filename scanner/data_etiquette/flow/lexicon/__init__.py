"""Words and models of the catalog, compiled for lookup: one build a scan."""
