"""Heap allocations per HTTP/2 stream once warm, those of libraries included.

Two loads follow the one that warms, the second twice as long. What the second allocated more, by the requests that it
made more, leaves out what the loads' connections cost.
"""

from harness.allocations import counted
from harness.load import h2load
from harness.scenario import Column, Scenario
from harness.stage import proxy_in_front
from harness.turns import in_turn

from .http2 import CONNECTIONS, STREAMS

SECONDS = 2


def run(peers, settings):
    speaking = [peer for peer in peers if peer.speaks(2, 1) and peer.speaks(2, 2)]
    return in_turn("stream-allocations", speaking, 1, lambda peer: measure(peer, settings))


def measure(peer, settings):
    to1, to2 = (each(peer, settings, version) for version in (1, 2))
    return {"to1": to1, "to2": to2}


def each(peer, settings, upstream):
    """Allocations for a request."""
    with counted() as (environment, allocations):
        with proxy_in_front(peer, settings, environment, versions=(2, upstream)) as proxy:
            def load(seconds):
                before = allocations()
                requests = h2load(proxy.port, "/", CONNECTIONS, STREAMS, seconds, settings.load_core).requests
                after = allocations()
                return requests, after - before

            if not allocations():  # its allocator is linked into the program
                return None
            load(SECONDS)
            shorter, longer = load(SECONDS), load(2 * SECONDS)
            requests, made = (more - less for more, less in zip(longer, shorter))
            return made / requests


SCENARIO = Scenario(
    "stream-allocations", "Heap allocations for an HTTP/2 stream, once warm",
    (
        Column("to1", "HTTP/2 to HTTP/1.1", 3),
        Column("to2", "HTTP/2 to HTTP/2", 3),
    ),
    run)
