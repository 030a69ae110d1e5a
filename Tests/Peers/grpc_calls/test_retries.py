"""Retries by a call's status."""

import grpc
import pytest

from harness.clients.grpc import failure

CODES = ["CANCELLED", "DEADLINE_EXCEEDED", "INTERNAL", "RESOURCE_EXHAUSTED", "UNAVAILABLE"]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("head", ["no", "yes"], ids=["trailers-only", "head-then-trailers"])
def test_a_status_that_is_retried(calls, server, code, head):
    """Also where it comes in trailers right after the head: nothing has been relayed yet."""
    server.noted.clear()
    server.failures = 2
    assert calls.unary("Flaky")(b"again", metadata=[("x-code", code), ("x-head", head)]) == b"again"
    assert len(server.noted) == 3


def test_no_more_often_than_told(calls, server):
    server.noted.clear()
    server.failures = 3
    error = failure(calls.unary("Flaky"), b"again", metadata=[("x-code", "UNAVAILABLE")])
    assert (error.code(), error.details()) == (grpc.StatusCode.UNAVAILABLE, "try again")
    assert len(server.noted) == 3


@pytest.mark.parametrize("code", ["NOT_FOUND", "DATA_LOSS", "UNAUTHENTICATED"])
def test_a_status_that_is_not_retried(calls, server, code):
    server.noted.clear()
    server.failures = 1
    assert failure(calls.unary("Flaky"), b"x", metadata=[("x-code", code)]).code() is grpc.StatusCode[code]
    assert len(server.noted) == 1
    server.failures = 0
