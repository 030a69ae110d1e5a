"""Flow control is backpressure: who does not read is not sent to, and stalls nobody else."""

import pytest

from harness import bodies, frames, mesh, wire
from harness.clients.http2 import HTTP2Client
from harness.measure import resident
from harness.origins.http1 import HTTP1Origin
from harness.origins.frame_origin import FrameOrigin
from harness.origins.http2 import HTTP2Origin

MIB = 1 << 20
ORIGINS = {1: (HTTP1Origin, "http1"), 2: (HTTP2Origin, "h2")}


@pytest.fixture(params=[1, 2], ids=["to1", "to2"])
def pair(request, start):
    """An origin, and a proxy of its own in front of it: its memory is looked at."""
    make, protocol = ORIGINS[request.param]
    origin = make()
    return origin, start(mesh.one_service(origin.port, protocol, timeouts={"request": "60s"}))


def test_a_stalled_answer_stalls_nobody_else(pair):
    """On the same connections, downstream and upstream."""
    origin, proxy = pair
    client = HTTP2Client(proxy.port)
    client.state.increment_flow_control_window(64 * MIB)
    stalled = client.request(path=f"/x/counted/{50 * MIB}")
    client.stalled.add(stalled)
    client.until(lambda: len(client.answers[stalled].body) == MIB)
    for count in (10, 100_000, 3 * MIB):
        answer = client.answer(client.request(path=f"/x/counted/{count}"))
        assert answer.ended and bodies.digest(answer.body) == bodies.digest(bodies.body(count))
    assert len(client.answers[stalled].body) == MIB
    client.resume(stalled)
    answer = client.answer(stalled)
    assert answer.ended and bodies.digest(answer.body) == bodies.digest(bodies.body(50 * MIB))


def test_a_stalled_upload_stalls_nobody_else(pair):
    origin, proxy = pair
    client = HTTP2Client(proxy.port)
    stalled = client.request("POST", "/x/late-reader", end=False)
    sent = 0
    # As much as the proxy takes of it while the origin takes nothing: it must not be all that there is.
    while sent < 200 * MIB:
        room = min(client.state.local_flow_control_window(stalled), client.state.max_outbound_frame_size)
        if room <= 0:
            before = room
            try:
                client.until(lambda: client.state.local_flow_control_window(stalled) > 0, patience=1.5)
            except AssertionError:
                break
            continue
        client.state.send_data(stalled, bytes(room))
        client.flush()
        sent += room
    assert sent < 40 * MIB, "what the origin does not take is not taken from the client"
    assert client.answer(client.request(path="/x/counted/100000")).ended
    origin.gate("/late-reader").set()
    client.write(stalled, b"end", end=True)
    assert client.answer(stalled).told["length"] == sent + 3


def test_memory_is_bounded(pair):
    """A hundred answers of 10 MB that nobody reads."""
    origin, proxy = pair
    client = HTTP2Client(proxy.port, window=65535)
    assert client.answer(client.request(path="/x/plain")).status == 200
    client.state.increment_flow_control_window(512 * MIB)
    before = resident(proxy.pid)
    streams = [client.request(path=f"/x/counted/{10 * MIB}") for _ in range(90)]
    client.stalled.update(streams)
    client.until(lambda: all(len(client.answers[stream].body) == 65535 for stream in streams))
    grown = resident(proxy.pid) - before
    assert grown < 90 * 512 * 1024, f"{grown / MIB:.1f} MiB for 90 streams"
    client.close()


def test_windows_of_one_byte(pair):
    """Slow, but whole: each WINDOW_UPDATE lets one byte through."""
    origin, proxy = pair
    client = wire.connect(proxy.port, settings=[(frames.INITIAL_WINDOW_SIZE, 1)])
    client.send(frames.headers(1, wire.request(path="/x/counted/200")))
    client.until(lambda: client.message(1).is_over)
    assert client.message(1).body == bodies.body(200)


@pytest.mark.parametrize("trailer", ["", "x-sum"])
def test_the_end_of_an_answer_needs_no_window(pair, trailer):
    """Nor do trailers: they come once they are there, though the body has used up the window to its last byte."""
    origin, proxy = pair
    client = HTTP2Client(proxy.port, window=2000)
    path = f"/late-end/2000/{trailer}"
    stream = client.request(path=f"/x{path}")
    client.stalled.add(stream)
    client.until(lambda: len(client.answers[stream].body) == 2000)
    origin.gate(path).set()
    answer = client.answer(stream)
    assert answer.ended and answer.trailers == ([(trailer, "1")] if trailer else [])
    client.close()


@pytest.mark.parametrize("trailers", [[], [("x-sum", "1")]], ids=["", "x-sum"])
def test_the_end_of_an_upload_needs_no_window(start, trailers):
    def talk(wire, number):
        wire.returns_window = False
        wire.until(lambda: len(wire.message(1).body) == 2000)
        origin.note("full")
        wire.until(lambda: wire.message(1).ended)
        wire.send(frames.headers(1, [(":status", "200")], end=True))
        wire.until(lambda: wire.closed)

    origin = FrameOrigin(talk, [(frames.INITIAL_WINDOW_SIZE, 2000)])
    proxy = start(mesh.one_service(origin.port, "h2"))
    client = HTTP2Client(proxy.port)
    stream = client.request("POST", end=False)
    client.write(stream, bytes(2000))
    origin.await_note("full")
    if trailers:
        client.send_trailers(stream, trailers)
    else:
        client.write(stream, b"", end=True)
    assert client.answer(stream).status == 200
    client.close()
    origin.close()


def test_a_client_that_takes_nothing_starves_no_other(pair):
    """It has as many streams as it may and gives nothing back of their windows, which are a frame each: less might be
    refused. Streams of other clients share its connections to the origin, whose windows it must not use up for them."""
    origin, proxy = pair
    taking_nothing = wire.connect(proxy.port, settings=[(frames.INITIAL_WINDOW_SIZE, 1 << 14)])
    taking_nothing.returns_window = False
    taking_nothing.send(b"".join(
        frames.headers(1 + 2 * index, wire.request(path=f"/x/counted/{MIB}")) for index in range(99)))
    taking_nothing.until(lambda: all(taking_nothing.message(1 + 2 * index).status for index in range(99)))
    client = HTTP2Client(proxy.port)
    for count in (10, 100_000, 10 * MIB):
        assert client.answer(client.request(path=f"/x/counted/{count}")).ended
    client.close()
    taking_nothing.close()
