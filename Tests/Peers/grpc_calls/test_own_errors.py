"""Errors of the proxy's own: a call gets a status of gRPC and a message, in an answer of trailers only."""

import grpc
import pytest

from harness.clients.grpc import failure
from harness.clients.http2 import HTTP2Client

CALL = [("content-type", "application/grpc"), ("te", "trailers")]


def test_no_endpoint_takes_the_connection(calls):
    error = failure(calls.unary("Unary", "dead.Calls"), b"x")
    assert error.code() is grpc.StatusCode.UNAVAILABLE
    assert error.details()


def test_no_route(calls):
    error = failure(calls.unary("Unary", "nobody.Calls"), b"x")
    assert error.code() is grpc.StatusCode.UNIMPLEMENTED
    assert error.details()


@pytest.mark.parametrize("path, status", [("/dead.Calls/Unary", "14"), ("/nobody.Calls/Unary", "12")])
def test_the_form(proxy, path, status):
    """One header block with 200, content-type and grpc-status, which ends the stream."""
    client = HTTP2Client(proxy.port)
    stream = client.request("POST", path, CALL, end=False)
    client.write(stream, b"\0\0\0\0\0", end=True)
    answer = client.answer(stream)
    assert (answer.status, bytes(answer.body), answer.ended, answer.trailers) == (200, b"", True, [])
    assert answer.field("grpc-status") == status and answer.field("grpc-message")
    assert answer.field("content-type").startswith("application/grpc")
    client.close()


def test_what_is_not_grpc_gets_a_plain_answer(proxy):
    client = HTTP2Client(proxy.port)
    answer = client.answer(client.request(path="/dead.Calls/Unary"))
    assert answer.status in (502, 503) and answer.field("grpc-status") is None
    client.close()


def test_the_routes_timeout(start, server):
    from harness import mesh
    from harness.clients.grpc import Calls
    proxy = start(mesh.Mesh(
        (mesh.Service("calls", (server.port,), "h2"),),
        (mesh.Route("/", "calls", timeouts={"request": "300ms"}),)))
    error = failure(Calls(proxy.port).unary("Wait"), b"")
    assert error.code() in (grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNAVAILABLE)
    assert error.details()


def test_a_server_that_is_killed(start):
    from harness import mesh
    from harness.clients.grpc import Calls
    from harness.origins.grpc_server import GRPCServer
    server = GRPCServer()
    proxy = start(mesh.one_service(server.port, "h2"))
    calls = Calls(proxy.port)
    call = calls.unary("Wait").future(b"")
    server.await_note("waiting")
    server.close()
    assert isinstance(call.exception(), grpc.RpcError)
    assert failure(calls.unary("Unary"), b"x").code() is grpc.StatusCode.UNAVAILABLE
