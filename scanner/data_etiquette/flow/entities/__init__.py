"""Entities and their fields, judged: whether data is personal, and which."""
