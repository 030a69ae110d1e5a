"""A stream that one side resets is reset on the other, with the code that tells the same."""

import socket
import struct

import pytest

from harness import frames, mesh, wire
from harness.clients import exchange
from harness.clients.http2 import HTTP2Client
from harness.origins.frame_origin import FrameOrigin
from harness.program import GaveUp, eventually

CODES = [frames.NO_ERROR, frames.INTERNAL_ERROR, frames.CANCEL, frames.ENHANCE_YOUR_CALM, frames.HTTP_1_1_REQUIRED]


@pytest.fixture
def client(proxy):
    opened = HTTP2Client(proxy.port)
    yield opened
    opened.close()


@pytest.mark.parametrize("code", CODES, ids=frames.code_name)
def test_by_the_origin_within_its_answer(client, origins, code):
    """HTTP/2 to HTTP/2."""
    path = f"/h2/reset-within/{code}"
    stream = client.request(path=path)
    client.until(lambda: client.answers[stream].body == b"beginning")
    origins[2].gate(path[3:]).set()
    answer = client.answer(stream)
    # CANCEL and INTERNAL_ERROR mean the same to everybody; the others speak of one connection only. Whatever it is,
    # the answer must not look whole.
    assert not answer.ended and answer.reset is not None
    assert answer.reset == code or code not in (frames.CANCEL, frames.INTERNAL_ERROR)
    origins[2].gates.clear()


def test_by_an_http1_origin_within_its_answer(client, origins):
    path = f"/h1/reset-within/{frames.INTERNAL_ERROR}"
    stream = client.request(path=path)
    client.until(lambda: client.answers[stream].body == b"beginning")
    origins[1].gate(path[3:]).set()
    answer = client.answer(stream)
    assert not answer.ended and answer.reset
    origins[1].gates.clear()


def test_an_http1_client_sees_a_reset_of_the_origin(proxy, origins):
    path = f"/reset-within/{frames.CANCEL}"
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as client:
        client.sendall(f"GET /h2{path} HTTP/1.1\r\nHost: a.example\r\n\r\n".encode())
        received = b""
        while b"beginning" not in received:
            received += client.recv(65536)
        # Only now: a reset that came with the beginning in one read would be told by a 502.
        origins[2].gate(path).set()
        with pytest.raises(ConnectionResetError):
            while client.recv(65536):
                pass
    origins[2].gates.clear()


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("code", CODES[1:4], ids=frames.code_name)
def test_by_the_origin_before_its_answer(proxy, version, code):
    answer = exchange(version, proxy.port, path=f"/h2/reset/{code}")
    assert answer.status in (502, 503) or answer.reset == code


@pytest.mark.parametrize("code", [frames.CANCEL, frames.NO_ERROR, frames.INTERNAL_ERROR], ids=frames.code_name)
def test_by_the_client_within_the_answer(client, origins, code):
    """The origin's stream is reset, too: it does not go on working for nobody."""
    before = len(origins[2].noted)
    stream = client.request(path=f"/h2/wait/{code}")
    client.until(lambda: client.answers[stream].body == b"beginning")
    client.reset(stream, code)
    eventually(lambda: any(
        word == "reset" and about == (f"/wait/{code}", frames.CANCEL) for word, about in origins[2].noted[before:]),
        "the origin sees RST_STREAM CANCEL")


def test_by_the_client_within_an_http1_answer(client, origins):
    """The connection to the origin ends: it is the only way to tell."""
    before = origins[1].count("gone")
    stream = client.request(path="/h1/wait")
    client.until(lambda: client.answers[stream].body == b"beginning")
    client.reset(stream, frames.CANCEL)
    eventually(lambda: origins[1].count("gone") > before, "the origin sees its connection end")


def test_an_http1_client_that_leaves(proxy, origins):
    """By a reset: a FIN alone only says that it sends no more."""
    before = len(origins[2].noted)
    with socket.create_connection(("127.0.0.1", proxy.port)) as leaving:
        leaving.sendall(b"GET /h2/wait/left HTTP/1.1\r\nHost: test\r\n\r\n")
        while b"beginning" not in leaving.recv(65536):
            pass
        leaving.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    eventually(lambda: any(
        word == "reset" and about == ("/wait/left", frames.CANCEL) for word, about in origins[2].noted[before:]),
        "the origin sees RST_STREAM CANCEL")


def test_others_on_the_connection_go_on(client, origins):
    """Downstream and upstream alike: the streams share connections."""
    kept = client.request(path="/h2/hold/kept")
    lost = client.request(path="/h2/wait/lost")
    client.until(lambda: client.answers[lost].body == b"beginning")
    client.reset(lost, frames.CANCEL)
    origins[2].await_note("held", lambda path: path == "/hold/kept")
    origins[2].gate("/hold/kept").set()
    assert bytes(client.answer(kept).body) == b"held\n"


def test_no_error_after_an_early_answer_stops_the_upload(proxy, origins):
    """The answer is whole; what is left of the request is not wanted."""
    answer = exchange(2, proxy.port, "POST", "/h1/early", body=bytes(20_000_000))
    assert (answer.status, answer.ended) == (413, True)


def test_what_a_client_resets_does_not_pile_up_at_the_origin(start):
    """A client that resets all that it has asked for, again and again, has no more streams there than it may have, on
    whatever connections: one on which so many are given up is not used further."""
    begun, left, most = {}, {}, [0]

    def talk(wire, number):
        while not wire.closed:
            begun[number] = len(wire.messages)
            left[number] = sum(bool(one.heads) and one.reset is None for one in wire.messages.values())
            most.append(sum(left.values()))
            try:
                wire.read_frame()
            except GaveUp:
                pass

    # More resets than a new connection is forgiven, of which the listener is to put up with more here.
    proxy = start(mesh.Mesh(
        (mesh.Service("origin", (FrameOrigin(talk).port,), "h2"),), (mesh.Route("/", "origin"),),
        listener={"http2": {"glitchBurst": 4000}}))
    client = wire.connect(proxy.port)
    for turn in range(8):
        streams = range(1 + 180 * turn, 1 + 180 * (turn + 1), 2)
        client.send(b"".join(frames.headers(stream, wire.request()) for stream in streams))
        eventually(lambda: sum(begun.values()) == 90 * (turn + 1), "all streams have come to the origin")
        client.send(b"".join(frames.rst_stream(stream, frames.CANCEL) for stream in streams))
    eventually(lambda: sum(left.values()) == 0, "no stream is left there")
    assert max(most) <= 100
    client.close()
