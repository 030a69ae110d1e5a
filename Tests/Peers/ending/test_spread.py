"""Clients do not all connect anew at once. Nobody is asked before his turn: only that is asserted of time."""

import http.client
import selectors
import signal
import time

from harness import mesh
from harness.clients.http2 import HTTP2Client
from harness.origins.http1 import HTTP1Origin

FEW = 16
"""Asked at once."""
PACE = 0.010
"""Seconds between two of the others."""


def arrivals(sockets, begin, patience=30):
    """When each socket has something to read, in order, in seconds since `begin`."""
    found = []
    with selectors.DefaultSelector() as selector:
        for one in sockets:
            selector.register(one, selectors.EVENT_READ)
        while len(found) < len(sockets):
            ready = selector.select(patience)
            assert ready, f"{len(sockets) - len(found)} clients hear nothing"
            for key, _ in ready:
                selector.unregister(key.fileobj)
                found.append(time.monotonic() - begin)
    return found


def test_http2_clients(start):
    origin = HTTP1Origin()
    proxy = start(mesh.one_service(origin.port, drain="20s"))
    clients = [HTTP2Client(proxy.port) for _ in range(120)]
    for client in clients:
        assert client.answer(client.request(path="/x/plain")).status == 200
    begin = time.monotonic()
    proxy.signal(signal.SIGTERM)
    heard = arrivals([client.socket for client in clients], begin)
    print(f"GOAWAY after {', '.join(f'{at * 1000:.0f}' for at in heard[::10])} ms")
    for place, at in enumerate(heard[FEW:]):
        assert at >= place * PACE
    for client in clients:
        client.until(lambda client=client: client.closed)
        assert client.goaways[-1] == (1, 0)
    assert proxy.wait() == 0


def test_idle_http1_clients(start):
    origin = HTTP1Origin()
    proxy = start(mesh.one_service(origin.port, drain="20s"))
    clients = [http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=20) for _ in range(120)]
    for client in clients:
        client.request("GET", "/x/plain")
        assert client.getresponse().read() != b""
    begin = time.monotonic()
    proxy.signal(signal.SIGTERM)
    heard = arrivals([client.sock for client in clients], begin)
    # Each has a second in which it may ask once more.
    for place, at in enumerate(heard[FEW:]):
        assert at >= 1 + place * PACE
    for client in clients:
        assert client.sock.recv(1) == b""
        client.close()
    assert proxy.wait() == 0


def test_few_are_not_kept(start):
    """The time that many would take is no matter for a few."""
    origin = HTTP1Origin()
    proxy = start(mesh.one_service(origin.port, drain="1h"))
    clients = [HTTP2Client(proxy.port) for _ in range(FEW)]
    for client in clients:
        assert client.answer(client.request(path="/x/plain")).status == 200
    proxy.signal(signal.SIGTERM)
    for client in clients:
        client.until(lambda client=client: client.closed)
    assert proxy.wait() == 0
