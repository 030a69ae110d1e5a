"""Many clients that each ask for 1 MiB and do not read it: memory may grow by the buffers, and no further."""

import time

from harness.connections import answer_bytes, connections, request
from harness.failure import Failure
from harness.measure import memory
from harness.network import kernel_room, small_socket_buffers
from harness.scenario import Column, Scenario
from harness.stage import most_connections, proxy_in_front
from harness.turns import in_turn

BODY = 1 << 20
RECEIVE_BUFFER = 4096
"""Small, so that the bytes wait in the proxy and not in the client's kernel."""


def run(peers, settings):
    return in_turn("slow", peers, 1, lambda peer: measure(peer, settings))


def measure(peer, settings):
    with small_socket_buffers() as small:
        count = min(settings.readers, most_connections())
        if not small:  # the kernel may come to hold every body
            count = min(count, kernel_room() // BODY)
        return grow(peer, settings, count)


def ask(connection):
    request(connection, f"/bytes/{BODY}")


def grow(peer, settings, count):
    with proxy_in_front(peer, settings) as proxy:
        alone = memory(proxy.process).resident
        with connections(proxy.port, count, RECEIVE_BUFFER, ask) as opened:
            grown = (settled_resident(proxy.process) - alone) / count
            for connection in opened[:: max(1, count // 20)]:
                if answer_bytes(connection) != BODY:
                    raise Failure("a slow reader did not get its whole body")
        return {
            "reader_kib": grown / 1024, "buffer_kib": peer.buffer_bytes / 1024,
            "of_buffer": grown / peer.buffer_bytes, "readers": count}


def settled_resident(process):
    """Resident bytes once they no longer grow: three readings alike within 1 %, a second apart; 30 s at most."""
    readings = [memory(process).resident]
    while len(readings) < 30:
        time.sleep(1)
        readings.append(memory(process).resident)
        if len(readings) >= 3 and max(readings[-3:]) - min(readings[-3:]) < readings[-1] / 100:
            break
    return readings[-1]


SCENARIO = Scenario(
    "slow", "Readers that do not read 1 MiB each",
    (
        Column("reader_kib", "RSS KiB/reader", 1),
        Column("buffer_kib", "configured buffers KiB"),
        Column("of_buffer", "share", 2),
        Column("readers", "readers"),
    ),
    run)
