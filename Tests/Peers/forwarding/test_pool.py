"""Upstream, streams share few connections."""

import pytest

from harness import mesh
from harness.clients import exchange
from harness.clients.http2 import HTTP2Client
from harness.origins.http2 import CODES, HTTP2Origin


@pytest.mark.parametrize("allowed, connections", [(1000, 1), (10, 6)])
def test_as_many_connections_as_the_origin_allows_streams(start, allowed, connections):
    """60 requests at once, from several connections. On a connection whose SETTINGS have not come yet there may be too
    many, which the origin refuses; then they go elsewhere."""
    origin = HTTP2Origin(streams=allowed)
    proxy = start(mesh.Mesh(
        (mesh.Service("origin", (origin.port,), "h2", {"circuitBreaker": {"maxRetries": 1000}}),),
        (mesh.Route("/", "origin", retry={"attempts": 10, "on": ["refused"]}),)))
    first = HTTP2Client(proxy.port)
    assert first.answer(first.request(path="/x/plain")).status == 200, "the origin's settings are known from here on"
    clients = [first, HTTP2Client(proxy.port), HTTP2Client(proxy.port)]
    held = [(client, client.request(path=f"/x/hold/{index}")) for index in range(20) for client in clients]
    for index in range(20):
        origin.await_note("held", lambda path, index=index: path == f"/hold/{index}")
    while origin.count("held") < 60:
        origin.await_note("held", lambda _: origin.count("held") == 60)
    assert origin.count("connection") in (connections, connections + 1)
    for index in range(20):
        origin.gate(f"/hold/{index}").set()
    assert [client.answer(stream).status for client, stream in held] == [200] * 60


def test_http1_clients_share_one_connection(proxy, origins):
    before = origins[2].count("connection")
    for _ in range(20):
        assert exchange(1, proxy.port, path="/h2/plain").status == 200
    assert origins[2].count("connection") - before <= 1


def test_streams_are_balanced_each_by_itself(start):
    """One client's connection, two endpoints: not pinned to one of them."""
    origins = [HTTP2Origin(), HTTP2Origin()]
    proxy = start(mesh.Mesh(
        (mesh.Service("two", tuple(origin.port for origin in origins), "h2"),), (mesh.Route("/", "two"),)))
    client = HTTP2Client(proxy.port)
    for stream in [client.request(path="/x/plain") for _ in range(40)]:
        assert client.answer(stream).status == 200
    assert [origin.count("request") for origin in origins] == [20, 20]


def test_no_entry_is_made_in_a_table_that_the_origin_does_not_keep(start):
    """HEADER_TABLE_SIZE 0: the h2 package refuses a header block that uses a table."""
    origin = HTTP2Origin({CODES.HEADER_TABLE_SIZE: 0})
    proxy = start(mesh.one_service(origin.port, "h2"))
    client = HTTP2Client(proxy.port)
    for _ in range(10):
        assert client.answer(client.request(path="/x/request", fields=[("x-same", "value")])).status == 200


def test_settings_that_change(start):
    """The origin shrinks MAX_CONCURRENT_STREAMS and its window while requests follow one another."""
    origin = HTTP2Origin()
    proxy = start(mesh.one_service(origin.port, "h2"))
    for window in (65535, 1000, 1, 100_000):
        origin.settings = {CODES.INITIAL_WINDOW_SIZE: window}
        content = bytes(20_000 if window > 1 else 50)
        answer = exchange(2, proxy.port, "POST", "/x/request", body=content)
        assert answer.told["length"] == len(content)
