"""A proxy whose endpoints are in a real etcd of three members, over TLS and with a password, while members come and go."""

import signal

import pytest

from harness import mesh
from harness.certificates import Authority
from harness.etcd_cluster import PASSWORD, USER, EtcdCluster
from harness.measure import Flat
from harness.open_loop import Load
from harness.program import eventually
from harness.proxies.apus import Apus

from .conftest import used

LONG = 60
"""Seconds for what takes two pings without an answer."""


@pytest.fixture
def etcd(tmp_path):
    started = EtcdCluster(tmp_path, Authority(tmp_path / "authority"))
    yield started
    started.stop()


@pytest.fixture
def proxy(etcd, origins, tmp_path):
    etcd.put("/services/carts/a", f"127.0.0.1:{origins[0].port}")
    started = Apus(mesh.Mesh((), (mesh.Route("/", "carts"),), {
        "services": [{"name": "carts", "etcd": {"prefix": "/services/carts/"}}],
        "etcd": {
            "endpoints": list(etcd.urls.values()), "tls": {"trust": [str(etcd.authority.certificate)]},
            "user": USER, "password": PASSWORD, "timeout": "2s"}}), tmp_path)
    yield started
    started.stop()


def test_every_member_may_die_in_its_turn(etcd, origins, proxy):
    """The leader each time, so that another one has to be chosen while the proxy looks for somebody to ask."""
    load = Load(proxy.port)
    memory = None
    for turn in range(3):
        gone = etcd.leader
        etcd.kill(gone)
        fresh = origins[(turn + 1) % 3].port
        etcd.put("/services/carts/a", f"127.0.0.1:{fresh}")
        eventually(lambda: used(proxy) == {fresh}, "the change is seen without the leader", LONG)
        etcd.start(gone)
        eventually(lambda: etcd.try_control("endpoint", "health")[0] == 0, "the member is back", LONG)
        memory = memory or Flat(proxy.pid)
    eventually(lambda: proxy.metric("apus_source_up", source="etcd") == 1, "all is well in the end", LONG)
    memory.check()
    assert set(load.end()) == {200}


def test_most_members_are_gone_for_a_while(etcd, origins, proxy):
    """What is left has no leader, and says so; what is known holds."""
    load = Load(proxy.port)
    gone = [name for name in etcd.urls if name != etcd.leader]
    for name in gone:
        etcd.kill(name)
    eventually(lambda: proxy.metric("apus_source_up", source="etcd") == 0, "it is noticed", LONG)
    assert used(proxy) == {origins[0].port}
    memory = Flat(proxy.pid)
    for name in gone:
        etcd.start(name)
    etcd.put("/services/carts/b", f"127.0.0.1:{origins[1].port}")
    eventually(lambda: used(proxy) == {origins[0].port, origins[1].port}, "it is followed again", LONG)
    memory.check()
    assert set(load.end()) == {200}


def test_a_member_that_falls_silent_is_left(etcd, origins, proxy):
    """Cut off without a word, each in its turn: whichever was asked, another one is."""
    load = Load(proxy.port)
    memory = None
    for turn, name in enumerate(etcd.urls):
        fresh = origins[(turn + 1) % 3].port
        etcd.programs[name].signal(signal.SIGSTOP)
        etcd.control("put", "/services/carts/a", f"127.0.0.1:{fresh}", of=[one for one in etcd.urls if one != name])
        eventually(lambda: used(proxy) == {fresh}, "another member is asked", LONG)
        etcd.programs[name].signal(signal.SIGCONT)
        eventually(lambda: etcd.try_control("endpoint", "health")[0] == 0, "the member is back", LONG)
        memory = memory or Flat(proxy.pid)
    memory.check()
    assert set(load.end()) == {200}
