"""Heap allocations per request once warm, counted by a library under LD_PRELOAD.

It sees no allocator that is linked into a program, as Envoy's is, and no pool that a program keeps for itself.
"""

from harness.allocations import counted
from harness.connections import ask_all, connections
from harness.scenario import Column, Scenario
from harness.stage import proxy_in_front
from harness.turns import in_turn

CONNECTIONS = 64
WARMING = 100
"""Requests on each connection before counting, and while counting."""
COUNTED = 400
BODY = b"x" * 4096


def run(peers, settings):
    return in_turn("allocations", peers, 1, lambda peer: measure(peer, settings))


def measure(peer, settings):
    with counted() as (environment, allocations), proxy_in_front(peer, settings, environment) as proxy:
        with connections(proxy.port, CONNECTIONS) as opened:
            counts = []
            for body in (None, BODY):
                ask_all(opened, "/", WARMING, body)
                before = allocations()
                ask_all(opened, "/", COUNTED, body)
                counts.append(allocations() - before)
    if not before:  # its allocator is linked into the program
        return {"each": None, "post": None, "all": None, "before": None}
    each, post = (count / (CONNECTIONS * COUNTED) for count in counts)
    return {"each": each, "post": post, "all": sum(counts), "before": before}


SCENARIO = Scenario(
    "allocations", "Heap allocations, once warm",
    (
        Column("each", "allocations/GET", 3),
        Column("post", f"allocations/POST of {len(BODY) // 1024} KiB", 3),
        Column("all", f"in {2 * CONNECTIONS * COUNTED:,} requests"),
        Column("before", "before them"),
    ),
    run)
