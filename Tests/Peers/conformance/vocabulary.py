"""Requests that many rows begin with. The proxy sends every path to one origin, which behaves by its second segment."""

from harness import frames, wire

HELD = "/c/hold"
"""Is not answered while the row lasts."""


def get(stream=1, path="/c/plain", more=(), **kinds):
    return frames.headers(stream, wire.request(path=path, more=more), **kinds)


def post(stream=1, path="/c/request", more=(), **kinds):
    """Without its end: DATA or trailers follow."""
    return frames.headers(stream, wire.request("POST", path, more=more), end=False, **kinds)


def without(name, method="GET", more=()):
    """A request that lacks one of its pseudo-header fields."""
    return [pair for pair in wire.request(method, "/c/plain", more=more) if pair[0] != name]


def with_(name, value, method="GET"):
    """A request with another value of one of its pseudo-header fields."""
    return [(key, value if key == name else old) for key, old in wire.request(method, "/c/plain")]
