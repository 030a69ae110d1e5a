"""SIGTERM: two GOAWAY, and every request that was begun is finished."""

import signal

from harness import frames, mesh, wire
from harness.clients.http2 import HTTP2Client
from harness.origins.http1 import HTTP1Origin

LAST = (1 << 31) - 1


def test_what_is_under_way_is_finished(start):
    origin = HTTP1Origin()
    proxy = start(mesh.one_service(origin.port, drain="20s"))
    client = wire.connect(proxy.port)
    client.send(frames.headers(1, wire.request(path="/x/hold/1")))
    origin.await_note("held", lambda path: path == "/hold/1")

    proxy.signal(signal.SIGTERM)
    client.until(lambda: client.goaway)
    assert (client.goaway.last_stream, client.goaway.code) == (LAST, frames.NO_ERROR), "a warning comes first"
    # A request that crossed the warning is served.
    client.send(frames.headers(3, wire.request(path="/x/plain")))
    client.until(lambda: client.message(3).is_over)
    assert client.message(3).status == 200
    client.until(lambda: client.goaway.last_stream != LAST)
    assert (client.goaway.last_stream, client.goaway.code) == (3, frames.NO_ERROR)

    origin.gate("/hold/1").set()
    client.until(lambda: client.message(1).is_over)
    assert client.message(1).body == b"held\n"
    client.until(lambda: client.closed)
    assert proxy.wait() == 0


def test_an_idle_connection_ends(start):
    origin = HTTP1Origin()
    proxy = start(mesh.one_service(origin.port))
    client = HTTP2Client(proxy.port)
    assert client.answer(client.request(path="/x/plain")).status == 200
    proxy.signal(signal.SIGTERM)
    client.until(lambda: client.closed)
    assert client.goaways[-1] == (1, 0)
    assert proxy.wait() == 0


def test_nothing_is_lost_under_load(start):
    """Requests follow one another on eight connections while the proxy drains: each that the last GOAWAY lets in is
    answered, and the client knows of each other that it may be sent elsewhere."""
    origin = HTTP1Origin()
    proxy = start(mesh.one_service(origin.port))
    clients = [HTTP2Client(proxy.port) for _ in range(8)]
    begun = {client: [] for client in clients}
    for turn in range(40):
        for client in clients:
            if not client.goaways and not client.closed:
                begun[client].append(client.request(path=f"/x/plain/{turn}"))
                client.poll()
        if turn == 20:
            proxy.signal(signal.SIGTERM)
    for client, streams in begun.items():
        client.until(lambda: client.closed or all(client.answers[stream].is_over for stream in streams)
                     and client.goaways)
        while not client.closed:
            client.read(20)
        last = min(last for last, _ in client.goaways)
        assert all(client.answers[stream].status == 200 for stream in streams if stream <= last)
        assert all(code == 0 for _, code in client.goaways)
    assert proxy.wait() == 0
