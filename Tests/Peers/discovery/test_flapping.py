"""Endpoints in a real etcd that come and go a hundred times a second, under load."""

import threading
import time

import pytest

from harness import mesh
from harness.measure import Flat
from harness.open_loop import Load
from harness.program import eventually
from harness.proxies.apus import Apus

from .conftest import used

HUNDREDS = 10
"""How often a hundred changes have to be made, and seen, within a second."""


class Flapping(threading.Thread):
    """Puts a key and deletes it in turn, as an open loop: at a steady rate, and faster where it has fallen behind."""

    def __init__(self, etcd, key, value, rate=60):
        super().__init__(daemon=True)
        self.etcd, self.key, self.value, self.interval = etcd, key, value, 1 / rate
        self.ends = threading.Event()
        self.revisions = []
        """That its changes have made, in order."""
        self.start()

    def run(self):
        due = time.monotonic()
        while not self.ends.wait(max(0, due - time.monotonic())):
            self.change()
            due += self.interval

    def change(self):
        is_there = len(self.revisions) % 2
        self.revisions.append(self.etcd.delete(self.key) if is_there else self.etcd.put(self.key, self.value))

    def end(self):
        """With its key deleted."""
        self.ends.set()
        self.join(20)
        assert not self.is_alive()
        if len(self.revisions) % 2:
            self.change()


@pytest.fixture
def proxy(etcd, origins, tmp_path):
    etcd.put("/services/carts/0", f"127.0.0.1:{origins[0].port}")
    started = Apus(mesh.Mesh((), (mesh.Route("/", "carts"),), {
        "services": [{"name": "carts", "etcd": {"prefix": "/services/carts/"}}],
        "etcd": {"endpoints": [etcd.url]}}, workers=2), tmp_path)
    yield started
    started.stop()


def test_nothing_is_lost_while_endpoints_flap(etcd, origins, proxy, record_property):
    """One endpoint stays, three others come and go. That goes on until there were ten times a hundred changes, each hundred
    within a second from the first of them to when the proxy had used as many; a busy machine only takes more of them."""
    load = Load(proxy.port)
    before = etcd.revision()
    flapping = [
        Flapping(etcd, f"/services/carts/{number}", f"127.0.0.1:{origin.port}")
        for number, origin in enumerate(origins[1:], 1)]

    def made():
        return sum(len(one.revisions) for one in flapping)

    def seen():
        return proxy.metric("apus_source_changes_total", source="etcd")

    quick, slow = [], []
    while len(quick) < HUNDREDS:
        assert len(slow) < 10 * HUNDREDS, f"{quick} and {slow} s"
        begun, made_before, seen_before = time.monotonic(), made(), seen()
        eventually(lambda: made() >= made_before + 100, "a hundred changes are made")
        eventually(lambda: seen() >= seen_before + 100, "a hundred changes are seen")
        spent = time.monotonic() - begun
        (quick if spent <= 1 else slow).append(spent)
        if len(quick) + len(slow) == 3:
            memory = Flat(proxy.pid)
    for one in flapping:
        one.end()
    eventually(lambda: used(proxy) == {origins[0].port}, "the last change is there")
    # Each has changed something, and nobody else has.
    assert sorted(revision for one in flapping for revision in one.revisions) == list(
        range(before + 1, before + 1 + made()))
    memory.check()
    statuses = load.end()
    assert set(statuses) == {200}
    record_property("flapping", f"{made()} changes, {seen():.0f} lists of endpoints used, {len(quick)} times a hundred within "
                    f"{max(quick):.2f} s, {len(slow)} times slower; {len(statuses)} requests, none lost")
