"""What a connection over TLS 1.3 costs that is merely open after one request, without and with the client's certificate."""

import contextlib
import time

from harness.connections import ask_all
from harness.measure import memory
from harness.scenario import Column, Scenario
from harness.stage import connect, most_connections, proxy_in_front
from harness.turns import in_turn

SETTLING = 1.0
MOST = 2000
"""The clients' own memory is many times the proxy's."""


def run(peers, settings):
    able = [peer for peer in peers if peer.secures(("listener", "mutual"))]
    return in_turn("tls-idle", able, min(settings.rounds, 3), lambda peer: measure(peer, settings))


def measure(peer, settings):
    return {
        "connection_bytes": measure_crowd(peer, settings, ("listener",)),
        "mutual_bytes": measure_crowd(peer, settings, ("mutual",)),
        "connections": min(MOST, settings.idle_connections, most_connections())}


def measure_crowd(peer, settings, tls):
    count = min(MOST, settings.idle_connections, most_connections())
    with proxy_in_front(peer, settings, tls=tls) as proxy, contextlib.ExitStack() as stack:
        def opened(number):
            for _ in range(number):
                connection = stack.enter_context(connect(proxy.port, tls, timeout=30))
                ask_all([connection], "/")
        opened(50)  # what the first ones need once is not counted
        time.sleep(SETTLING)
        alone = memory(proxy.process)
        opened(count)
        time.sleep(SETTLING)
        return (memory(proxy.process).resident - alone.resident) / count


SCENARIO = Scenario(
    "tls-idle", "Idle connections over TLS",
    (
        Column("connection_bytes", "bytes/connection"),
        Column("mutual_bytes", "with client's certificate"),
        Column("connections", "of how many"),
    ),
    run)
