"""A WebSocket is a tunnel: the handshake is put into the other version's form, and then bytes go both ways.

The HTTP/1 origin answers 101 and the HTTP/2 origin 200 to CONNECT; both send every byte back. What flows are bytes, not
frames of WebSocket: the proxy must not look at them.
"""

import socket

import h2.settings
import pytest

from harness import bodies, frames, mesh, wire
from harness.clients.http2 import HTTP2Client
from harness.origins.http1 import HTTP1Origin
from harness.origins.http2 import HTTP2Origin
from harness.websocket import KEY, accept_key

TOLD = [("sec-websocket-version", "13"), ("sec-websocket-protocol", "chat"), ("origin", "http://page.example")]


@pytest.fixture
def tunnel(proxy):
    client = HTTP2Client(proxy.port)
    client.until(lambda: client.state.remote_settings.get(h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL) is not None)
    yield lambda path, fields=TOLD, protocol="websocket": (client, connect(client, path, fields, protocol))
    client.close()


def connect(client, path, fields, protocol):
    stream = client.state.get_next_available_stream_id()
    from harness.clients.answer import Answer
    client.answers[stream] = Answer()
    client.state.send_headers(stream, [
        (":method", "CONNECT"), (":protocol", protocol), (":scheme", "http"), (":path", path),
        (":authority", "test"), *fields])
    client.flush()
    return stream


def test_the_setting_is_announced(proxy):
    client = wire.connect(proxy.port)
    assert client.settings.get(frames.ENABLE_CONNECT_PROTOCOL) == 1
    client.close()


@pytest.mark.parametrize("origin", [1, 2])
def test_from_http2(tunnel, origins, origin):
    client, stream = tunnel(f"/h{origin}/websocket")
    client.until(lambda: client.answers[stream].status)
    answer = client.answers[stream]
    assert answer.status == 200, "over HTTP/2 a tunnel is answered by 2xx, not 101"
    assert not {"upgrade", "connection", "sec-websocket-accept"} & {name for name, _ in answer.fields}
    told = dict(origins[origin].await_note("upgrade"))
    if origin == 1:
        assert told["upgrade"] == "websocket" and told["sec-websocket-key"] and told["sec-websocket-version"] == "13"
    else:
        assert told[":protocol"] == "websocket" and told[":method"] == "CONNECT"
    assert told["sec-websocket-protocol"] == "chat"
    origins[origin].noted.clear()
    for size in (1, 1000, 300_000):
        before = len(answer.body)
        client.write(stream, bodies.body(size))
        client.until(lambda: len(answer.body) == before + size)
        assert bytes(answer.body[before:]) == bodies.body(size)


@pytest.mark.parametrize("origin", [1, 2])
def test_from_http1(proxy, origins, origin):
    with socket.create_connection(("127.0.0.1", proxy.port), 20) as client:
        client.sendall(
            f"GET /h{origin}/websocket HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(1)
        assert head.startswith(b"HTTP/1.1 101 ") and accept_key(KEY).encode() in head
        for size in (1, 300_000):
            client.sendall(bodies.body(size))
            got = b""
            while len(got) < size:
                got += client.recv(65536)
            assert got == bodies.body(size)
    origins[origin].noted.clear()


@pytest.mark.parametrize("origin", [1, 2])
def test_the_clients_end(tunnel, origins, origin):
    """END_STREAM is a FIN."""
    client, stream = tunnel(f"/h{origin}/websocket")
    client.until(lambda: client.answers[stream].status)
    client.write(stream, b"last words", end=True)
    answer = client.answer(stream)
    assert (bytes(answer.body), answer.ended) == (b"last words", True)
    origins[origin].await_note("upgrade ended")
    origins[origin].noted.clear()


@pytest.mark.parametrize("origin", [1, 2])
def test_a_reset(tunnel, origins, origin):
    client, stream = tunnel(f"/h{origin}/websocket")
    client.until(lambda: client.answers[stream].status)
    client.reset(stream, frames.CANCEL)
    origins[origin].await_note("upgrade ended")
    origins[origin].noted.clear()


@pytest.mark.parametrize("origin", [1, 2])
def test_a_refusal_is_an_answer(tunnel, origin):
    """The origin answers the handshake like any other request."""
    client, stream = tunnel(f"/h{origin}/status/403")
    answer = client.answer(stream)
    assert (answer.status, bytes(answer.body)) == (403, b"403")


def test_other_streams_go_on(tunnel, origins):
    client, stream = tunnel("/h1/websocket")
    client.until(lambda: client.answers[stream].status)
    for _ in range(20):
        assert client.answer(client.request(path="/h2/plain")).status == 200
    client.write(stream, b"still here")
    client.until(lambda: bytes(client.answers[stream].body) == b"still here")
    origins[1].noted.clear()


def test_a_tunnel_that_is_not_read_is_not_written_to(start):
    """Backpressure holds for tunnels as well."""
    from harness.measure import resident
    origin = HTTP1Origin()
    proxy = start(mesh.one_service(origin.port))
    client = HTTP2Client(proxy.port, window=65535)
    stream = connect(client, "/x/websocket", TOLD, "websocket")
    client.until(lambda: client.answers[stream].status)
    client.stalled.add(stream)
    before, sent = resident(proxy.pid), 0
    while sent < 100_000_000:
        room = min(client.state.local_flow_control_window(stream), client.state.max_outbound_frame_size)
        if room <= 0:
            try:
                client.until(lambda: client.state.local_flow_control_window(stream) > 0, patience=1)
            except AssertionError:
                break
        else:
            client.state.send_data(stream, bytes(room))
            client.flush()
            sent += room
            client.poll()
    assert sent < 60_000_000 and resident(proxy.pid) - before < 16_000_000
    client.close()
