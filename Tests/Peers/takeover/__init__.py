"""One process takes over from another."""
