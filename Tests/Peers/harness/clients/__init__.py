"""Clients over the h11 and h2 packages, one interface for both versions."""

from .http1 import exchange as exchange1
from .http2 import exchange as exchange2


def exchange(version, port, method="GET", path="/", fields=(), body=None, trailers=()):
    """One request on a connection of its own, and its whole `Answer`. `body`: bytes, or pieces of them; where it is
    pieces, its length is not announced."""
    return {1: exchange1, 2: exchange2}[version](port, method, path, fields, body, trailers)
