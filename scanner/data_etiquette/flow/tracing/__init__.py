"""Personal data on its way: sinks, what reaches them, where they send to."""
