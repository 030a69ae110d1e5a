"""Trailers both ways."""

import pytest

from harness.clients import exchange

from .combinations import combinations


@combinations
def test_of_the_answer(proxy, client, origin):
    answer = exchange(client, proxy.port, path=f"/h{origin}/trailers", fields=[("te", "trailers")])
    assert answer.ended and bytes(answer.body) == b"body"
    assert (answer.trailer("x-after"), answer.trailer("x-more")) == ("1", "two words")


@combinations
@pytest.mark.parametrize("body", [b"", b"a body"])
def test_of_the_request(proxy, client, origin, body):
    told = exchange(
        client, proxy.port, "POST", f"/h{origin}/request", body=[body] if body else None,
        trailers=[("x-checksum", "abc"), ("x-more", "1")]).told
    assert told["length"] == len(body)
    assert ["x-checksum", "abc"] in told["trailers"] and ["x-more", "1"] in told["trailers"]


@combinations
def test_both_at_once(proxy, client, origin):
    answer = exchange(
        client, proxy.port, "POST", f"/h{origin}/echo", [("te", "trailers")], body=[b"one", b"two"],
        trailers=[("x-checksum", "abc")])
    assert bytes(answer.body) == b"onetwo" and answer.trailer("x-checksum") == "abc"


@combinations
@pytest.mark.parametrize("name", ["content-length", "transfer-encoding", "host", "authorization"])
def test_of_the_request_that_may_not_be(proxy, client, origin, name):
    """What would change how the message is read is not relayed as a trailer."""
    value = "5" if name == "content-length" else "chunked" if name == "transfer-encoding" else "evil"
    answer = exchange(
        client, proxy.port, "POST", f"/h{origin}/request", body=[b"x"], trailers=[("x-fine", "1"), (name, value)])
    if answer.status == 200 and answer.body:
        assert name not in [key for key, _ in answer.told["trailers"]]
    else:
        assert answer.status == 400 or answer.reset
