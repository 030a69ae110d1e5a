"""Two proxies, one behind the other: the connection between them carries many clients, and what some of them do must not
end what others have under way."""

import pytest

from harness import frames, mesh, wire
from harness.origins.frame_origin import FrameOrigin
from harness.origins.http1 import HTTP1Origin
from harness.program import GaveUp, eventually

BYSTANDER, GIVEN_UP = "/x/hold/bystander", "/x/hold/given-up"


@pytest.fixture
def origin():
    started = HTTP1Origin()
    yield started
    for path in (BYSTANDER, GIVEN_UP):
        started.gate(path).set()
    started.close()


@pytest.fixture
def outer(start, origin):
    return start(mesh.one_service(start(mesh.one_service(origin.port)).port, "h2"))


@pytest.fixture
def bystander(outer, origin):
    client = wire.connect(outer.port)
    client.send(frames.headers(1, wire.request(path=BYSTANDER)))
    origin.await_note("held")
    yield client
    client.close()


def test_who_gives_up_again_and_again_harms_nobody(outer, bystander, origin):
    """Each stays within what one client is forgiven; together they are far beyond what one connection is."""
    for _ in range(8):
        client = wire.connect(outer.port)
        for first in range(1, 401, 100):
            begun = origin.count("held")
            streams = range(first, first + 100, 2)
            client.send(b"".join(frames.headers(stream, wire.request(path=GIVEN_UP)) for stream in streams))
            eventually(lambda: origin.count("held") == begun + len(streams), "all are at the origin")
            client.send(b"".join(frames.rst_stream(stream) for stream in streams))
        client.close()
    origin.gate(BYSTANDER).set()
    bystander.until(lambda: bystander.message(1).is_over)
    assert bystander.message(1).status == 200


def test_an_origin_that_resets_harms_nobody(start):
    """It answers what it was asked, if only so."""
    def talk(connection, _):
        over = set()
        while not connection.closed:
            for stream, message in list(connection.messages.items()):
                path = dict(message.heads[0])[":path"] if message.heads else ""
                if path == "/reset" and stream not in over:
                    connection.send(frames.rst_stream(stream, frames.CANCEL))
                    over.add(stream)
                elif path == "/release" and stream not in over:
                    for held, other in list(connection.messages.items()):
                        if dict(other.heads[0])[":path"] in ("/held", "/release") and held not in over:
                            connection.send(frames.headers(held, [(":status", "200")]))
                            over.add(held)
            try:
                connection.read_frame(1)
            except GaveUp:
                pass

    proxy = start(mesh.one_service(FrameOrigin(talk).port, "h2"))
    bystander = wire.connect(proxy.port)
    bystander.send(frames.headers(1, wire.request(path="/held")))
    for _ in range(60):
        client = wire.connect(proxy.port)
        streams = range(1, 101, 2)
        client.send(b"".join(frames.headers(stream, wire.request(path="/reset")) for stream in streams))
        client.until(lambda: all(client.message(stream).is_over for stream in streams))
        assert {client.message(stream).status for stream in streams} == {502}
        client.close()
    bystander.send(frames.headers(3, wire.request(path="/release")))
    bystander.until(lambda: bystander.message(1).is_over and bystander.message(3).is_over)
    assert (bystander.message(1).status, bystander.message(3).status) == (200, 200)
    bystander.close()
