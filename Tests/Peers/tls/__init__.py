"""TLS with programs that others wrote."""
