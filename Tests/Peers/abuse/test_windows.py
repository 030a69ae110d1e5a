"""Windows that are held shut: they hold memory, so there is a bound to it, and a time."""

import itertools

import pytest

from harness import frames, measure, mesh, proxies, wire
from harness.origins.http1 import HTTP1Origin
from harness.origins.http2 import HTTP2Origin
from harness.program import eventually

from .attacks import Attack
from .measured import Bystander, flood, settle

NARROW = 8
"""The default of `narrowStreams`."""

ORIGINS = {"http1": HTTP1Origin, "h2": HTTP2Origin}


@pytest.fixture(params=["http1", "h2"])
def proxy(request, start):
    origin = ORIGINS[request.param]()
    limits = {"maxConnections": 10_000, "maxPendingRequests": 10_000, "maxRequests": 10_000}
    return start(mesh.Mesh(
        (mesh.Service("origin", (origin.port,), request.param, {"circuitBreaker": limits}),),
        (mesh.Route("/", "origin", timeouts={"request": "60s"}),)))


@pytest.mark.parametrize("window", [0, 1])
def test_many_connections_hold_their_windows_shut(proxy, window):
    """20 connections of up to 100 streams each ask for 1 MB and take a byte at most. Of each connection's `narrowStreams`
    are served, with a buffer each."""
    ours = hasattr(proxy, "metric")
    measure.reset_peak(proxy.pid)
    before = measure.resident(proxy.pid)
    with Bystander(proxy.port) as bystander:
        opened = []
        for _ in range(20):
            client = wire.connect(proxy.port, [(frames.INITIAL_WINDOW_SIZE, window)])
            count = min(client.settings.get(frames.MAX_CONCURRENT_STREAMS, 100), 100)
            client.send(b"".join(
                frames.headers(1 + 2 * index, wire.request(path="/x/counted/1000000")) for index in range(count)))
            opened.append(client)
        settle(proxy)
        asked = bystander.asked
        grown = measure.peak_resident(proxy.pid) - before
        while bystander.asked < asked + 20 and not bystander.failures:
            bystander.ends.wait(0.01)
    print(f"2,000 streams: {grown / 1e6:.1f} MB, {grown / 2000 / 1024:.0f} KiB each")
    assert not bystander.failures, bystander.failures
    assert grown < 20 * NARROW * (96 << 10) if ours else grown < 2000 * (512 << 10)
    for client in opened:
        client.close()
    # Longest where an origin's connection holds the answers.
    if window == 0 and ours:
        eventually(lambda: measure.resident(proxy.pid) < before + (16 << 20), "memory is back", patience=60)


def test_held_windows_end_the_connection(start):
    """Not one that is stalled once, but one that goes on so; and it is counted."""
    origin = HTTP1Origin()
    proxy = start(mesh.Mesh(
        (mesh.Service("origin", (origin.port,)),), (mesh.Route("/", "origin"),), {"timeouts": {"exchangeIdle": "1s"}}))
    if not hasattr(proxy, "metric"):
        pytest.skip("a bound of our own")
    client = wire.connect(proxy.port, [(frames.INITIAL_WINDOW_SIZE, 0)])
    client.returns_window = False
    for first in (1, 1 + 2 * NARROW):
        assert not client.closed
        streams = range(first, first + 2 * NARROW, 2)
        client.send(b"".join(frames.headers(stream, wire.request(path="/x/counted/1000")) for stream in streams))
        client.until(lambda: client.closed or all(client.message(stream).reset is not None for stream in streams))
    client.until(lambda: client.closed)
    assert client.goaway.code == frames.ENHANCE_YOUR_CALM
    assert proxy.metric("apus_refused_http2_connections_total", rule="held_windows") == 1
    origin.close()


@pytest.mark.parametrize("window", [0, 1])
def test_few_requests_are_served_for_shut_windows(proxy, window):
    """The others are refused; whoever opens its windows gets all that was not."""
    if not hasattr(proxy, "metric"):
        pytest.skip("a bound of our own")
    client = wire.connect(proxy.port, [(frames.INITIAL_WINDOW_SIZE, window)])
    # A window given back byte by byte would be a flood before the last answer has begun.
    client.returns_window = False
    streams = range(1, 101, 2)
    client.send(b"".join(frames.headers(stream, wire.request(path="/x/counted/1000")) for stream in streams))
    client.until(lambda: sum(client.message(stream).reset == frames.REFUSED_STREAM for stream in streams) == 42)
    client.until(lambda: sum(client.message(stream).status == 200 for stream in streams) == 8)
    left = [stream for stream in streams if client.message(stream).reset is None]
    client.send(b"".join(frames.window_update(stream, 1 << 14) for stream in left))
    client.until(lambda: all(client.message(stream).ended for stream in left))
    assert [len(client.message(stream).body) for stream in left] == [1000] * 8
    client.close()


def test_a_byte_at_a_time(proxy):
    """Each WINDOW_UPDATE buys one byte: many of them are a flood like any other, be they sent together or one by one, each
    after its byte has come."""
    with Bystander(proxy.port) as bystander:
        for at_once in (100, 1):
            client = wire.connect(proxy.port, [(frames.INITIAL_WINDOW_SIZE, 1)])
            pieces = itertools.repeat(frames.window_update(1, 1) * at_once, 20_000 // at_once)
            client.send(frames.headers(1, wire.request(path="/x/counted/10000000")))
            client.until(lambda: client.message(1).body)
            _, _, end = flood(client, Attack("a byte at a time", lambda: pieces), paced=at_once == 1)
            client.close()
            assert end == frames.ENHANCE_YOUR_CALM or not hasattr(proxy, "metric"), end
    assert not bystander.failures, bystander.failures
