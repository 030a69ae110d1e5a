"""Heap allocations per request once warm, counted by a library under LD_PRELOAD.

It sees no allocator that is linked into a program, as Envoy's is, and no pool that a program keeps for itself.
"""

import tempfile

from harness import build
from harness.connections import ask_all, connections
from harness.scenario import Column, Scenario
from harness.stage import proxy_in_front
from harness.turns import in_turn

CONNECTIONS = 64
WARMING = 100
"""Requests on each connection before counting, and while counting."""
COUNTED = 400


def run(peers, settings):
    return in_turn("allocations", peers, 1, lambda peer: measure(peer, settings))


def measure(peer, settings):
    library = build.compiled("allocations/count.c", "-shared", "-fPIC")
    with tempfile.NamedTemporaryFile(prefix="apus-bench-count-") as file:
        file.truncate(8)

        def allocations():
            with open(file.name, "rb") as counter:
                return int.from_bytes(counter.read(8), "little")

        environment = {"LD_PRELOAD": str(library), "ALLOCATION_COUNT_FILE": file.name}
        with proxy_in_front(peer, settings, environment) as proxy:
            with connections(proxy.port, CONNECTIONS) as opened:
                ask_all(opened, "/", WARMING)
                before = allocations()
                ask_all(opened, "/", COUNTED)
                during = allocations() - before
        if not before:  # its allocator is linked into the program
            return {"each": None, "all": None, "before": None}
        return {"each": during / (CONNECTIONS * COUNTED), "all": during, "before": before}


SCENARIO = Scenario(
    "allocations", "Heap allocations, once warm",
    (
        Column("each", "allocations/request", 4),
        Column("all", f"in {CONNECTIONS * COUNTED:,} requests"),
        Column("before", "before them"),
    ),
    run)
