"""The connection to a server carries calls of many clients. gRPC's own server (the core library) keeps with an entry of HPACK's
table that its value could not be read, and holds that against all fields that take their name from there."""

import pytest

from harness import mesh
from harness.clients.http2 import HTTP2Client


def status(port, more):
    client = HTTP2Client(port)
    stream = client.request(
        "POST", "/test.Calls/Unary", [("content-type", "application/grpc"), ("te", "trailers"), *more], end=False)
    client.write(stream, b"\0\0\0\0\1x", end=True)
    answer = client.answer(stream)
    client.close()
    return answer.field("grpc-status") or answer.trailer("grpc-status")


@pytest.mark.parametrize("name, bad, good", [
    ("grpc-timeout", "soon", "30S"),
    ("grpc-encoding", "unheard-of", "identity"),
    ("grpc-previous-rpc-attempts", "many", "1"),
    ("grpc-retry-pushback-ms", "many", "1"),
    ("grpc-trace-bin", "!", "AAAA"),
    ("x-own-bin", "!", "AAAA"),
])
def test_what_a_client_gets_wrong_is_held_against_nobody_else(start, server, name, bad, good):
    proxy = start(mesh.one_service(server.port, "h2"))
    assert status(proxy.port, [(name, bad)]) == "13"
    assert status(proxy.port, [(name, good)]) == "0"
    assert not hasattr(proxy, "metric") or proxy.metric("apus_upstream_connections_opened_total") <= 1
