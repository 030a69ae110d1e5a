"""How calls end: statuses, cancellation, deadlines."""

import time

import grpc
import pytest

from harness import frames, wire
from harness.clients.grpc import failure
from harness.clients.http2 import HTTP2Client


@pytest.mark.parametrize("code", [
    code for code in grpc.StatusCode if code is not grpc.StatusCode.OK], ids=lambda code: code.name)
def test_a_servers_status_passes(calls, code):
    error = failure(calls.unary("Fail"), b"", metadata=[("x-code", code.name)])
    assert (error.code(), error.details()) == (code, "told to: 100 % ü")
    assert ("x-reason", "because") in error.trailing_metadata()


def test_a_status_after_messages(calls):
    got = []
    error = failure(lambda: got.extend(calls.expand("FailWithin")(b"", metadata=[("x-code", "DATA_LOSS")])))
    assert error.code() is grpc.StatusCode.DATA_LOSS


def test_cancellation_is_seen_by_the_server(calls, server):
    server.noted.clear()
    call = calls.unary("Wait").future(b"")
    server.await_note("waiting")
    call.cancel()
    server.await_note("cancelled")


def test_cancellation_within_a_stream_is_seen_by_the_server(calls, server):
    server.noted.clear()
    call = calls.expand("WaitWithin")(b"")
    assert next(call) == b"one"
    server.await_note("waiting")
    call.cancel()
    server.await_note("cancelled")
    assert calls.unary("Unary")(b"others go on") == b"others go on"


def test_a_deadline_passes_on_to_the_server(calls):
    for timeout in (12, 200):
        left = float(calls.unary("TimeLeft")(b"", timeout=timeout))
        # grpcio rounds up what it sends; a slow machine takes its time.
        assert timeout - 10 < left < timeout + 2


def test_no_deadline_is_none_for_the_server(calls):
    """The route's timeout of a minute is the proxy's own."""
    told = calls.unary("TimeLeft")(b"")
    assert told == b"None" or float(told) > 1e9


def test_a_clients_deadline(calls, server):
    server.noted.clear()
    error = failure(calls.unary("Wait"), b"", timeout=0.3)
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    server.await_note("cancelled")


def test_the_proxy_keeps_the_deadline_by_itself(proxy, server):
    """A client that asks for 200 ms and does not look at the clock."""
    server.noted.clear()
    client = HTTP2Client(proxy.port)
    stream = client.request("POST", "/test.Calls/Wait", [
        ("content-type", "application/grpc"), ("te", "trailers"), ("grpc-timeout", "200m")], end=False)
    client.write(stream, b"\0\0\0\0\0", end=True)
    answer = client.answer(stream)
    status = answer.field("grpc-status") or answer.trailer("grpc-status")
    assert (answer.status, status) == (200, "4") or answer.reset == frames.CANCEL
    server.await_note("cancelled")
    client.close()


def unary(port, timeout):
    """What a call with that `grpc-timeout` gets, but for its date."""
    client = HTTP2Client(port)
    stream = client.request("POST", "/test.Calls/Unary", [
        ("content-type", "application/grpc"), ("te", "trailers"), ("grpc-timeout", timeout)], end=False)
    client.write(stream, b"\0\0\0\0\1x", end=True)
    answer = client.answer(stream)
    client.close()
    said = {key: value for key, value in answer.fields + answer.trailers if key.startswith(("grpc-st", "grpc-m"))}
    return answer.status, said, answer.body, answer.reset


REFUSED = ["", "1", "m", "-1S", "1.5S", "1s"]
TAKEN = ["123456789S", "1 S", "60S", "99999999H", "30000m"]
"""By grpcio; the first two, which the protocol does not know, as well."""


@pytest.mark.parametrize("timeout", REFUSED)
def test_a_deadline_that_is_none(proxy, server, timeout):
    """What is no deadline does nothing here: the server says what it says to whom asks it itself."""
    directly = unary(server.port, timeout)
    assert directly[1]["grpc-status"] == "13"
    assert unary(proxy.port, timeout) == directly


@pytest.mark.parametrize("timeout", TAKEN)
def test_a_deadline_that_is_far(proxy, server, timeout):
    directly = unary(server.port, timeout)
    assert (directly[1]["grpc-status"], directly[2]) == ("0", b"\0\0\0\0\1x")
    assert unary(proxy.port, timeout) == directly
