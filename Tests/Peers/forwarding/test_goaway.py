"""GOAWAY by an origin: no stream is begun after it, those that it refused go elsewhere, none is lost."""

from harness import frames, mesh
from harness.clients.http2 import HTTP2Client
from harness.origins.frame_origin import FrameOrigin
from harness.origins.http2 import HTTP2Origin
from harness.program import GaveUp


def answer(stream, body=b"ok"):
    return frames.headers(stream, [(":status", "200")], end=False) + frames.data(stream, body, True)


def serve_then_leave(count):
    """Answers `count` requests on each connection, refuses later ones with GOAWAY, and goes when the rest is done."""
    def talk(wire, number):
        answered = set()
        while not wire.closed:
            waiting = [stream for stream, message in sorted(wire.messages.items()) if message.ended]
            for stream in waiting:
                if stream not in answered and len(answered) < count:
                    answered.add(stream)
                    wire.send(answer(stream))
            if len(answered) == count:
                wire.send(frames.goaway(max(answered)))
                break
            wire.read_frame()
        try:
            wire.until(lambda: wire.closed, patience=5)
        except GaveUp:
            pass
        wire.close()
    return talk


def test_refused_streams_go_elsewhere(start):
    """Each connection takes ten requests and refuses what else was sent on it; the other endpoint takes as many."""
    origins = [FrameOrigin(serve_then_leave(10)) for _ in range(2)]
    # Several may be refused again at a time, more than the limit on retries under way lets through by default.
    limits = {"circuitBreaker": {"maxRetries": 100}}
    proxy = start(mesh.Mesh(
        (mesh.Service("two", tuple(origin.port for origin in origins), "h2", limits),),
        (mesh.Route("/", "two", retry={"attempts": 10, "on": ["connect-failure", "refused"]}),)))
    client = HTTP2Client(proxy.port)
    for _ in range(10):
        streams = [client.request(path=f"/{index}") for index in range(20)]
        assert [client.answer(stream).status for stream in streams] == [200] * 20
    client.close()
    assert sum(origin.count("connection") for origin in origins) >= 10


def test_two_steps(start):
    """GOAWAY 2^31-1 first: what is under way is answered, and new requests find a new connection."""
    def talk(wire, number):
        if number == 0:
            wire.send(frames.goaway((1 << 31) - 1))
            origin.note("announced")
            origin.gate("finish").wait(20)
            wire.send(frames.goaway(1), answer(1, b"first"))
        else:
            wire.send(answer(1, b"second"))
        try:
            wire.until(lambda: wire.closed, patience=5)
        except GaveUp:
            pass

    origin = FrameOrigin(talk)
    proxy = start(mesh.one_service(origin.port, "h2"))
    client = HTTP2Client(proxy.port)
    first = client.request(path="/first")
    origin.await_note("announced")
    # The announcement is on its way: a request right behind it may still be refused, hence the retries of its client.
    for _ in range(50):
        second = client.answer(client.request(path="/second"))
        if second.status == 200:
            break
    assert bytes(second.body) == b"second"
    origin.gate("finish").set()
    assert bytes(client.answer(first).body) == b"first"
    client.close()


def test_refused_stream_is_retried(start):
    """RST_STREAM REFUSED_STREAM: nothing was processed, so even POST goes to the other endpoint."""
    def refuse(wire, number):
        while not wire.closed:
            for stream, message in wire.messages.items():
                if message.ended and message.reset is None:
                    wire.send(frames.rst_stream(stream, frames.REFUSED_STREAM))
                    message.reset = frames.REFUSED_STREAM
                    refusing.note("refused", stream)
            wire.read_frame()

    refusing, taking = FrameOrigin(refuse), HTTP2Origin()
    proxy = start(mesh.Mesh(
        (mesh.Service("two", (refusing.port, taking.port), "h2"),),
        (mesh.Route("/", "two", retry={"attempts": 3, "on": ["refused"]}),)))
    client = HTTP2Client(proxy.port)
    for index in range(10):
        stream = client.request("POST", "/x/request", end=False)
        client.write(stream, b"body", end=True)
        answer = client.answer(stream)
        assert answer.status == 200 and answer.told["length"] == 4
    assert refusing.count("refused") > 0
    client.close()
