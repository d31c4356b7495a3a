"""One function's statements and expressions, evaluated symbolically."""
