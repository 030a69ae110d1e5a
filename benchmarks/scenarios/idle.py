"""What a proxy costs that has nothing to do: its memory, its start, and each connection that is merely open."""

import time

from harness.connections import ask_all, connections
from harness.measure import memory
from harness.scenario import Column, Scenario
from harness.stage import most_connections, proxy_in_front
from harness.turns import in_turn

MIB = 1 << 20
SETTLING = 1.0
"""Seconds of rest before memory is read."""

USUAL_CONNECTIONS = 1024
"""What a proxy at rest is configured for: some of them set memory aside for every connection that they may take."""


def run(peers, settings):
    return in_turn("idle", peers, min(settings.rounds, 3), lambda peer: measure(peer, settings))


def measure(peer, settings):
    return {**measure_rest(peer, settings), **measure_crowd(peer, settings)}


def measure_rest(peer, settings):
    with proxy_in_front(peer, settings, connections=USUAL_CONNECTIONS) as proxy:
        time.sleep(SETTLING)
        alone = memory(proxy.process)
        return {
            "ready_ms": proxy.ready_seconds * 1000,
            "resident_mib": alone.resident / MIB, "anonymous_mib": alone.anonymous / MIB}


def measure_crowd(peer, settings):
    count = min(settings.idle_connections, most_connections())
    with proxy_in_front(peer, settings) as proxy:
        time.sleep(SETTLING)
        alone = memory(proxy.process)
        with connections(proxy.port, count, each=lambda connection: ask_all([connection], "/")) as opened:
            time.sleep(SETTLING)
            crowded = memory(proxy.process)
            ask_all(opened[:: max(1, count // 100)], "/")  # they are still there
        return {"connection_bytes": (crowded.resident - alone.resident) / count, "connections": count}


SCENARIO = Scenario(
    "idle", "At rest",
    (
        Column("ready_ms", "ready after ms", 1),
        Column("resident_mib", "RSS MiB", 1),
        Column("anonymous_mib", "anonymous MiB", 1),
        Column("connection_bytes", "bytes/idle connection"),
        Column("connections", "of how many"),
    ),
    run)
