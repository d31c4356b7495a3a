"""All files as one program: definitions, names, inheritance, how arguments are bound."""
