"""Windows that an origin holds shut against what clients upload to it."""

import pytest

from harness import frames as f, measure, mesh, wire
from harness.origins.frame_origin import FrameOrigin
from harness.origins.http1 import HTTP1Origin
from harness.program import GaveUp, eventually

from .measured import Bystander

CLIENTS, UPLOADS = 10, 50
HELD = 512 << 10
"""Most bytes that an upload may have the proxy hold: what a stream's window lets its client send, in buffers that grow by
doubling."""


def listen(connection, _):
    """Gives no window, and answers nothing but what asks for no upload."""
    answered = set()
    while not connection.closed:
        for stream, message in list(connection.messages.items()):
            if message.ended and stream not in answered:
                answered.add(stream)
                connection.send(f.headers(stream, [(":status", "200")]))
        try:
            connection.read_frame(1)
        except GaveUp:
            pass


def proxy_before(start, origin, good):
    limits = {"maxConnections": 10_000, "maxPendingRequests": 10_000, "maxRequests": 10_000}
    return start(mesh.Mesh(
        (mesh.Service("evil", (origin.port,), "h2", {"circuitBreaker": limits}), mesh.Service("good", (good.port,))),
        (mesh.Route("/evil", "evil"), mesh.Route("/", "good")), {"timeouts": {"exchangeIdle": "3s", "request": "60s"}}))


@pytest.mark.parametrize("window", [0, 1])
def test_shut_windows_hold_little_and_not_for_ever(start, window):
    evil, good = FrameOrigin(listen, [(f.INITIAL_WINDOW_SIZE, window), (f.MAX_CONCURRENT_STREAMS, 1000)]), HTTP1Origin()
    proxy = proxy_before(start, evil, good)
    with Bystander(proxy.port) as bystander:
        measure.reset_peak(proxy.pid)
        before = measure.peak_resident(proxy.pid)
        clients = [wire.connect(proxy.port) for _ in range(CLIENTS)]
        streams = range(1, 1 + 2 * UPLOADS, 2)
        for client in clients:
            room = client.settings.get(f.INITIAL_WINDOW_SIZE, 65535)
            for stream in streams:
                client.send(f.headers(stream, wire.request("POST", "/evil"), end=False))
                for at in range(0, room, 16384):
                    client.send(f.data(stream, bytes(min(16384, room - at))))
        # Whoever uploads nothing is served, on the same connection.
        other = wire.connect(proxy.port)
        other.send(f.headers(1, wire.request(path="/evil")))
        other.until(lambda: other.message(1).is_over)
        assert other.message(1).status == 200
        other.close()
        for client in clients:
            client.until(lambda: all(client.message(stream).is_over for stream in streams), 30)
            assert {client.message(stream).status for stream in streams} <= {None, 408, 499, 502, 503, 504}
        grown = measure.peak_resident(proxy.pid) - before
        for client in clients:
            client.close()
    assert bystander.asked and not bystander.failures, bystander.failures
    print(f"{CLIENTS * UPLOADS} uploads: {grown / 1e6:.1f} MB, {grown / CLIENTS / UPLOADS / 1024:.0f} KiB each")
    assert grown < CLIENTS * UPLOADS * HELD, grown
    eventually(lambda: measure.resident(proxy.pid) < before + (16 << 20), "memory is back", patience=60)


def test_a_byte_at_a_time(start):
    """Each WINDOW_UPDATE buys a byte of an upload: as much a flood as that of a client."""
    codes = []

    def stingy(connection, _):
        # The first request was begun before the settings were known.
        connection.send(f.headers(1, [(":status", "200")]))
        connection.returns_window = False
        try:
            taken = 0
            while not connection.closed and connection.goaway is None:
                connection.until(lambda: len(connection.message(3).body) > taken or connection.goaway is not None)
                taken = len(connection.message(3).body)
                connection.send(f.window_update(3, 1))
        except GaveUp:
            pass
        codes.append(connection.goaway.code if connection.goaway else None)
        evil.note("ended")

    evil, good = FrameOrigin(stingy, [(f.INITIAL_WINDOW_SIZE, 1)]), HTTP1Origin()
    proxy = proxy_before(start, evil, good)
    with Bystander(proxy.port) as bystander:
        client = wire.connect(proxy.port)
        client.send(f.headers(1, wire.request(path="/evil")))
        client.until(lambda: client.message(1).is_over)
        client.send(f.headers(3, wire.request("POST", "/evil"), end=False), f.data(3, bytes(16384)), f.data(3, bytes(16384)))
        evil.await_note("ended")
        client.until(lambda: client.message(3).is_over)
        client.close()
    assert bystander.asked and not bystander.failures, bystander.failures
    assert codes == [f.ENHANCE_YOUR_CALM]
    assert not hasattr(proxy, "metric") or proxy.metric(
        "apus_refused_http2_connections_total", rule="window_update_flood", **{"from": "endpoint"}) == 1
