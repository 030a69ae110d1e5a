"""What a proxy costs that has nothing to do: its memory, its start, and each connection that is merely open."""

import resource
import time

from harness.connections import ask_all, connections
from harness.measure import memory
from harness.scenario import Column, Scenario
from harness.stage import proxy_in_front
from harness.turns import in_turn

MIB = 1 << 20
SETTLING = 1.0
"""Seconds of rest before memory is read."""


def run(peers, settings):
    return in_turn("idle", peers, min(settings.rounds, 3), lambda peer: measure(peer, settings))


def affordable_connections(wanted):
    """A proxy may need two descriptors for each connection, and some of its own."""
    return min(wanted, (resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 400) // 2)


def measure(peer, settings):
    count = affordable_connections(settings.idle_connections)
    with proxy_in_front(peer, settings) as proxy:
        time.sleep(SETTLING)
        alone = memory(proxy.process)
        with connections(proxy.port, count) as opened:
            for connection in opened:
                ask_all([connection], "/")
            time.sleep(SETTLING)
            crowded = memory(proxy.process)
            ask_all(opened[:: max(1, count // 100)], "/")  # they are still there
        return {
            "ready_ms": proxy.ready_seconds * 1000,
            "resident_mib": alone.resident / MIB,
            "anonymous_mib": alone.anonymous / MIB,
            "connection_bytes": (crowded.resident - alone.resident) / count,
            "connections": count}


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
