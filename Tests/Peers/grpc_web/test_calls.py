"""Calls in both encodings, over both versions of HTTP."""

import json

import pytest

from harness import bodies
from harness.clients.grpc_web import call

every_form = pytest.mark.parametrize("text", [False, True], ids=["binary", "text"])
every_version = pytest.mark.parametrize("version", [1, 2], ids=["http1", "http2"])


@every_form
@every_version
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 100_001])
def test_unary(proxy, version, text, count):
    got = call(version, proxy.port, "/test.Calls/Unary", [bodies.body(count)], text)
    assert got.answer.status == 200
    assert got.messages == [bodies.body(count)] and got.trailers["grpc-status"] == "0"
    kind = "application/grpc-web-text" if text else "application/grpc-web"
    assert got.answer.field("content-type").partition("+")[0] == kind
    assert got.answer.trailers == [], "trailers are in the body, where a web page can read them"


@every_form
@every_version
def test_a_body_in_small_pieces(proxy, version, text):
    got = call(version, proxy.port, "/test.Calls/Unary", [bodies.body(1000)], text, streamed=True)
    assert got.messages == [bodies.body(1000)]


@every_form
@every_version
def test_a_stream_of_answers(proxy, version, text):
    got = call(version, proxy.port, "/test.Calls/Expand", [b"2000 333"], text)
    assert [int.from_bytes(message[:4], "big") for message in got.messages] == list(range(2000))
    assert got.trailers["grpc-status"] == "0"


@every_form
@every_version
def test_a_stream_of_requests(proxy, version, text):
    """Not for browsers yet, but the form allows it."""
    got = call(version, proxy.port, "/test.Calls/Collect", [b"one", b"two", b"three"], text)
    assert json.loads(got.messages[0])["count"] == 3


@every_form
@every_version
def test_a_servers_error(proxy, version, text):
    got = call(version, proxy.port, "/test.Calls/Fail", [b""], text, [("x-code", "NOT_FOUND")])
    assert (got.answer.status, got.messages) == (200, [])
    assert got.trailers["grpc-status"] == "5" and got.trailers["grpc-message"].startswith("told to")


@every_form
@every_version
def test_an_error_after_messages(proxy, version, text):
    got = call(version, proxy.port, "/test.Calls/FailWithin", [b""], text, [("x-code", "DATA_LOSS")])
    assert (got.messages, got.trailers["grpc-status"]) == ([b"one"], "15")


@every_form
@every_version
def test_the_proxys_own_error(proxy, version, text):
    got = call(version, proxy.port, "/dead.Calls/Unary", [b""], text)
    assert (got.answer.status, got.messages) == (200, []) and got.trailers["grpc-status"] == "14"
    assert got.trailers["grpc-message"]


@every_form
@every_version
def test_metadata(proxy, version, text):
    got = call(version, proxy.port, "/test.Calls/Metadata", [b""], text, [("x-own-text", "value")])
    assert ["x-own-text", "'value'"] in json.loads(got.messages[0])
    assert got.answer.field("x-own-text") == "value" and got.trailers["x-after-x-own-text"] == "value"


@every_form
@every_version
def test_a_deadline(proxy, version, text):
    got = call(version, proxy.port, "/test.Calls/TimeLeft", [b""], text, [("grpc-timeout", "10S")])
    assert 0 < float(got.messages[0]) <= 10


@every_version
def test_text_that_is_no_base64(proxy, version):
    from harness.clients import exchange
    answer = exchange(version, proxy.port, "POST", "/test.Calls/Unary", [
        ("content-type", "application/grpc-web-text"), ("x-grpc-web", "1")], b"!!!!####")
    assert answer.status == 400 or answer.reset or answer.field("grpc-status") not in (None, "0") or b"grpc-status" in (
        bytes(answer.body)) or answer.body
