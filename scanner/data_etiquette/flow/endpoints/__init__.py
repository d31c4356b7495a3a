"""What somebody outside can reach, what limits them, and what it does with rows."""
