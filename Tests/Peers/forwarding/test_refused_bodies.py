"""A request that an HTTP/2 origin refuses within its body is sent again as long as the body is held: what waited for the
origin's window is, however much it is (RFC 9113, section 8.7)."""

import hashlib

import pytest

from harness import frames, mesh
from harness.clients.http2 import HTTP2Client
from harness.origins.frame_origin import FrameOrigin
from harness.program import GaveUp, eventually

WINDOW = 1000
"""Of a stream towards the origin."""
BODY = bytes(range(256)) * 1200
SENT = 200_000
"""Bytes that the proxy has taken when the origin refuses: more than `replayBound`, and within a client's window."""

REFUSALS = {
    "REFUSED_STREAM": frames.rst_stream(1, frames.REFUSED_STREAM),
    "GOAWAY": frames.goaway(0),
}


def refusing_once(refusal, window):
    """Refuses the first stream of all, when its window is used up and the test says so; answers others with what came."""
    def talk(wire, number):
        done = set()
        if number == 0:
            wire.returns_window = False
            wire.until(lambda: len(wire.messages[1].body) >= window)
            origin.gate("refuse").wait(20)
            done.add(1)
            wire.returns_window = True
            wire.send(refusal)
        try:
            while not wire.closed:
                for stream, message in wire.messages.items():
                    if message.ended and stream not in done:
                        done.add(stream)
                        wire.send(frames.headers(stream, [(":status", "200")], end=False),
                                  frames.data(stream, hashlib.sha256(message.body).digest(), True))
                wire.read_frame()
        except GaveUp:
            pass

    origin = FrameOrigin(talk, [(frames.INITIAL_WINDOW_SIZE, window)])
    return origin


def upload(start, refusal, window, bound):
    """The proxy, and the answer to the upload."""
    origin = refusing_once(REFUSALS[refusal], window)
    proxy = start(mesh.one_service(origin.port, "h2", limits={"replayBound": bound}))
    client = HTTP2Client(proxy.port)
    stream = client.request("POST", end=False)
    client.write(stream, BODY[:SENT])
    eventually(lambda: proxy.metric("apus_downstream_received_bytes_total") > SENT, "the proxy has taken it")
    origin.gate("refuse").set()
    client.write(stream, BODY[SENT:], end=True)
    answer = client.answer(stream)
    client.close()
    return proxy, answer


@pytest.mark.parametrize("refusal", REFUSALS)
def test_what_waits_for_the_window_goes_elsewhere(start, refusal):
    # An origin's first window is the protocol's own until its settings have come: no more than that has left.
    proxy, answer = upload(start, refusal, WINDOW, "64KiB")
    assert answer.status == 200, answer
    assert bytes(answer.body) == hashlib.sha256(BODY).digest()
    assert proxy.metric("apus_service_retries_skipped_total") == 0


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_body_of_which_more_has_left_is_lost(start, refusal):
    proxy, answer = upload(start, refusal, 3 * WINDOW, "1KiB")
    assert answer.status == 502
    said = answer.field("proxy-status")
    assert "replayBound" in said and ("REFUSED_STREAM" in said) == (refusal == "REFUSED_STREAM"), said
    assert proxy.metric("apus_service_retries_skipped_total", reason="body_too_large") == 1
