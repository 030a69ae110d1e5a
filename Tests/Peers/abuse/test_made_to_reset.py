"""An origin whose every answer has us reset its stream. Each costs its client a request, so that nothing is amplified; still
it is no service, and its connections end."""

import pytest

from harness import frames as f, measure, mesh, wire
from harness.origins.frame_origin import FrameOrigin
from harness.origins.http1 import HTTP1Origin
from harness.program import GaveUp

from .measured import Bystander

OK = [(":status", "200")]
MADE = {
    "WINDOW_UPDATE 0": lambda stream: f.window_update(stream, 0),
    "window overflow": lambda stream: f.window_update(stream, (1 << 31) - 1) * 2,
    "a malformed head": lambda stream: f.headers(stream, [*OK, ("BAD", "1")], end=False),
    "a head without status": lambda stream: f.headers(stream, [("x", "y")], end=False),
    "content-length": lambda stream: f.headers(stream, [*OK, ("content-length", "1")], end=False) + f.data(stream, b"ab"),
    "malformed trailers": lambda stream: f.headers(stream, OK, end=False) + f.headers(stream, [("BAD", "1")]),
    "1xx that ends": lambda stream: f.headers(stream, [(":status", "103")]),
    "DATA before a head": lambda stream: f.data(stream, b"x"),
    "PRIORITY of 4 bytes": lambda stream: f.frame(f.PRIORITY, 0, stream, b"abcd"),
}
ENDS = {"WINDOW_UPDATE 0": f.PROTOCOL_ERROR, "DATA before a head": f.PROTOCOL_ERROR, "PRIORITY of 4 bytes": f.FRAME_SIZE_ERROR}
"""What ends the connection at once."""
COUNT = 3000
"""Requests: three times what a connection is forgiven."""


@pytest.mark.parametrize("made", MADE)
def test_an_origin_that_makes_us_reset(start, made):
    codes = []

    def talk(connection, _):
        over = set()
        try:
            while not connection.closed and connection.goaway is None:
                asked = [stream for stream, message in connection.messages.items() if message.heads and stream not in over]
                connection.send(b"".join(MADE[made](stream) for stream in asked))
                over.update(asked)
                connection.read_frame(5)
        except GaveUp:
            pass
        if connection.goaway:
            codes.append(connection.goaway.code)

    evil, good = FrameOrigin(talk), HTTP1Origin()
    proxy = start(mesh.Mesh(
        (mesh.Service("evil", (evil.port,), "h2"), mesh.Service("good", (good.port,))),
        (mesh.Route("/evil", "evil"), mesh.Route("/", "good"))))
    with Bystander(proxy.port) as bystander:
        measure.reset_peak(proxy.pid)
        before = measure.peak_resident(proxy.pid)
        for _ in range(COUNT // 300):
            client = wire.connect(proxy.port)
            for first in range(1, 601, 100):
                streams = range(first, first + 100, 2)
                client.send(b"".join(f.headers(stream, wire.request(path="/evil")) for stream in streams))
                client.until(lambda: all(client.message(stream).is_over for stream in streams))
                assert all(client.message(stream).status in (None, 200, 502, 503) for stream in streams)
                assert not any(client.message(stream).ended and client.message(stream).status == 200 for stream in streams)
            client.close()
        grown = measure.peak_resident(proxy.pid) - before
    assert bystander.asked and not bystander.failures, bystander.failures
    assert grown < 8 << 20, grown
    if hasattr(proxy, "metric"):
        assert set(codes) == {ENDS.get(made, f.ENHANCE_YOUR_CALM)}
        assert proxy.metric("apus_refused_http2_connections_total", **{"from": "endpoint"}) >= 1
