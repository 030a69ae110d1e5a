"""A real etcd forgets what a proxy has missed, under load."""

import pytest

from harness import mesh
from harness.measure import Flat
from harness.open_loop import Load
from harness.program import eventually
from harness.proxies.apus import Apus
from harness.relay import Relay

from .conftest import used


@pytest.fixture
def relay(etcd):
    """The proxy's way to it; the test has its own."""
    found = Relay(etcd.client_port)
    yield found
    found.cut()


@pytest.fixture
def proxy(etcd, relay, origins, tmp_path):
    etcd.put("/services/carts/a", f"127.0.0.1:{origins[0].port}")
    started = Apus(mesh.Mesh((), (mesh.Route("/", "carts"),), {
        "services": [{"name": "carts", "etcd": {"prefix": "/services/carts/"}}],
        "etcd": {"endpoints": [f"http://127.0.0.1:{relay.port}"]}}, workers=2), tmp_path)
    yield started
    started.stop()


def test_what_was_missed_is_compacted_away(etcd, relay, origins, proxy):
    """Each time it is cut off an endpoint comes and another one goes. While etcd remembers that, it is caught up with; once it
    has compacted it away all is listed anew, and followed from there."""
    load = Load(proxy.port)
    ports = [origin.port for origin in origins]
    present = {ports[0]}
    for turn in range(9):
        is_compacted = turn % 3 != 0
        relay.cut()
        eventually(lambda: proxy.metric("apus_source_up", source="etcd") == 0, "it is noticed")
        fresh = f"/services/carts/{turn % 3}"
        etcd.put(fresh, f"127.0.0.1:{ports[1 + turn % 3]}")
        etcd.delete(f"/services/carts/{(turn - 1) % 3}")
        if is_compacted:
            etcd.compact()
        assert used(proxy) == present, "what is known holds"
        listed = etcd.lists()
        relay.heal()
        present = {ports[0], ports[1 + turn % 3]}
        eventually(lambda: used(proxy) == present, "what was missed is there")
        eventually(lambda: proxy.metric("apus_source_up", source="etcd") == 1, "all is well")
        assert (etcd.lists() > listed) == is_compacted
        # And what comes now is followed.
        listed = etcd.lists()
        etcd.put("/services/carts/z", f"127.0.0.1:{ports[1 + (turn + 1) % 3]}")
        eventually(lambda: used(proxy) == present | {ports[1 + (turn + 1) % 3]}, "it is followed")
        etcd.delete("/services/carts/z")
        eventually(lambda: used(proxy) == present, "in either direction")
        assert etcd.lists() == listed
        if turn == 2:
            memory = Flat(proxy.pid)
    memory.check()
    assert set(load.end()) == {200}
