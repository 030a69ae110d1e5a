"""SIGTERM: who is asked to go when."""
