"""What a browser asks before it lets a page call, and what it needs to see in the answer."""

import pytest

from harness.clients import exchange
from harness.clients.grpc_web import call

from .conftest import PAGE

every_version = pytest.mark.parametrize("version", [1, 2], ids=["http1", "http2"])


def listed(answer, name):
    return {word.strip().lower() for word in (answer.field(name) or "").split(",")} - {""}


@every_version
def test_preflight(proxy, server, version):
    before = len(server.noted)
    answer = exchange(version, proxy.port, "OPTIONS", "/test.Calls/Unary", [
        ("origin", PAGE), ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type,x-grpc-web,x-user-agent")])
    assert answer.status in (200, 204) and not answer.body
    assert answer.field("access-control-allow-origin") == PAGE
    assert "post" in listed(answer, "access-control-allow-methods")
    assert {"content-type", "x-grpc-web"} <= listed(answer, "access-control-allow-headers")
    assert answer.field("access-control-max-age") == "600"
    assert len(server.noted) == before


@every_version
def test_preflight_of_a_page_that_is_not_let_in(proxy, version):
    answer = exchange(version, proxy.port, "OPTIONS", "/test.Calls/Unary", [
        ("origin", "https://evil.example"), ("access-control-request-method", "POST")])
    assert answer.field("access-control-allow-origin") is None


@every_version
def test_the_call_itself(proxy, version):
    got = call(version, proxy.port, "/test.Calls/Unary", [b"x"], fields=[("origin", PAGE)])
    assert got.messages == [b"x"]
    assert got.answer.field("access-control-allow-origin") == PAGE
    assert {"grpc-status", "grpc-message"} <= listed(got.answer, "access-control-expose-headers")
    assert len(got.answer.values("access-control-allow-origin")) == 1


@every_version
def test_an_error_of_the_proxys_own_can_be_read(proxy, version):
    got = call(version, proxy.port, "/dead.Calls/Unary", [b"x"], fields=[("origin", PAGE)])
    assert got.answer.field("access-control-allow-origin") == PAGE
    assert "grpc-status" in listed(got.answer, "access-control-expose-headers")


@every_version
def test_a_call_of_a_page_that_is_not_let_in(proxy, version):
    got = call(version, proxy.port, "/test.Calls/Unary", [b"x"], fields=[("origin", "https://evil.example")])
    assert got.answer.field("access-control-allow-origin") is None
