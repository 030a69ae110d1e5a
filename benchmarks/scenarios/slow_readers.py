"""Many clients that each ask for 1 MiB and do not read it: memory may grow by the buffers, and no further.

Over HTTP/1.1 to the origin a reader takes two of the proxy's descriptors, and there may be too few of them for all. Over
HTTP/2 readers share connections.
"""

import time

from harness.connections import answer_bytes, connections, request
from harness.failure import Failure
from harness.measure import memory
from harness.network import kernel_room, small_socket_buffers
from harness.scenario import Column, Scenario
from harness.stage import most_clients, most_connections, proxy_in_front
from harness.turns import in_turn

BODY = 1 << 20
RECEIVE_BUFFER = 4096
"""Small, so that the bytes wait in the proxy and not in the client's kernel."""


def run(peers, settings):
    return in_turn("slow", peers, 1, lambda peer: measure(peer, settings))


def measure(peer, settings):
    with small_socket_buffers() as small:
        # Else the kernel may come to hold every body.
        most = settings.readers if small else min(settings.readers, kernel_room() // BODY)
        figures = grow(peer, settings, min(most, most_connections()), 1)
        shared = dict.fromkeys(figures)
        if peer.serves_beside_stalled:
            shared = grow(peer, settings, min(most, most_clients()), 2)
        return {**figures, **{f"shared_{name}": value for name, value in shared.items()}}


def ask(connection):
    request(connection, f"/bytes/{BODY}")


def grow(peer, settings, count, upstream):
    with proxy_in_front(peer, settings, versions=(1, upstream)) as proxy:
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
        Column("shared_reader_kib", "from HTTP/2: RSS KiB/reader", 1),
        Column("shared_of_buffer", "share", 2),
        Column("shared_readers", "readers"),
    ),
    run)
