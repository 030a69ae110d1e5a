"""A whole proxy whose configuration is what a ConfigMap holds, fetched through the API."""

import json

import pytest

from harness.commands import apus
from harness.open_loop import Load, status
from harness.origins.http1 import HTTP1Origin
from harness.program import eventually
from harness.proxies.centred import Centred, rest

from .asked import lists
from .control.plane import NAMESPACE


@pytest.fixture
def origins():
    started = [HTTP1Origin() for _ in range(2)]
    yield started
    for origin in started:
        origin.close()


@pytest.fixture
def edge(cluster):
    return ConfigMap(cluster, "edge")


class ConfigMap:
    def __init__(self, cluster, name):
        self.cluster, self.name = cluster, name

    def put(self, text=None):
        """`None`: without the key that Apus goes by."""
        self.cluster.rest.put("configmaps", {
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": self.name, "namespace": NAMESPACE},
            "data": {"readme": "not for Apus"} | ({} if text is None else {"edge.yaml": text})})

    def delete(self):
        self.cluster.rest.delete("configmaps", NAMESPACE, self.name)


@pytest.fixture
def start(cluster, tmp_path):
    started = []

    def begin(**settings):
        directory = tmp_path / f"proxy-{len(started)}"
        directory.mkdir()
        started.append(Centred(directory, **{
            "kubernetes": {"kubeconfig": str(cluster.kubeconfig), "timeout": "1s"}, "drain": "5s",
            "configuration": {"kubernetes": {"namespace": NAMESPACE, "configMap": "edge", "key": "edge.yaml"}}, **settings}))
        return started[-1]

    yield begin
    for one in started:
        one.stop()


@pytest.fixture
def proxy(edge, origins, start):
    edge.put(rest(origins[0]))
    started = start().await_ready()
    assert started.named_services == ["orders"] and status(started) == 200
    return started


@pytest.fixture
def load(proxy):
    """Every request has to be answered."""
    started = Load(proxy.port)
    started.await_answers(20)
    yield started
    assert set(started.end()) == {200}


def test_it_is_followed_under_load(edge, origins, proxy, load):
    """Some of the versions are bad: each good one takes effect."""
    for turn in range(40):
        edge.put(rest(origins[turn % 2], f"orders-{turn}"))
        if turn % 8 == 0:
            edge.put("services: [")
            proxy.await_log("the configuration cannot be used")
    edge.put(rest(origins[0], "last"))
    eventually(lambda: proxy.named_services == ["last"], "the last version is in effect")
    assert proxy.metric("apus_config_in_effect") == proxy.metric("apus_config_source_up") == 1


def test_a_file_that_names_it_is_compared_with_what_it_holds(edge, origins, proxy):
    def diff():
        return apus("diff", "--admin", f"127.0.0.1:{proxy.admin_port}", proxy.path)

    assert diff()[:2] == (0, "nothing would change\n")
    proxy.path.write_text(proxy.path.read_text().replace('"edge"', '"other"'))
    proxy.await_log("the configuration goes on elsewhere")
    status, _, errors = diff()
    assert status == 2 and "configmap:shop/other/edge.yaml, cannot be fetched: there is nothing" in errors


def test_what_cannot_be_used_leaves_the_former_one(edge, origins, proxy, load):
    """A bad one, one without the key, and none at all."""
    def is_served(name):
        return proxy.named_services == [name] and status(proxy) == 200

    edge.put("services: [{name: web, endpoints: ['127.0.0.1:1']}]\nroutes: [{name: all, rulez: []}]\n")
    proxy.await_log("the configuration cannot be used")
    assert "file=configmap:shop/edge/edge.yaml line=2 column=" in proxy.log
    assert "rulez" in proxy.log
    assert proxy.metric("apus_config_in_effect") == 0 and is_served("orders")
    for turn, vanish in enumerate((edge.put, edge.delete)):
        vanish()
        eventually(lambda: "there is nothing any more" in proxy.admin("/ready"), "it is gone")
        assert "the configuration is gone, the former one goes on" in proxy.log
        assert proxy.metric("apus_config_source_up") == 0 and is_served(f"again-{turn - 1}" if turn else "orders")
        edge.put(rest(origins[turn], f"again-{turn}"))
        eventually(lambda: is_served(f"again-{turn}"), "what it holds now counts")
        assert proxy.metric("apus_config_in_effect") == proxy.metric("apus_config_source_up") == 1


@pytest.mark.parametrize("how", ["event", "status"])
def test_what_was_missed_is_forgotten(cluster, edge, origins, proxy, load, how):
    """410 Gone, in a watch that is open or for the next one: it is fetched anew."""
    eventually(lambda: cluster.watches("configmaps"), "it is watched")
    if not cluster.is_real:
        cluster.server.faults.tells_in_stream = how == "event"
    elif how == "status":
        pytest.skip("a real server of this version tells it by an event")
    before = len(cluster.asked)
    cluster.relay.cut()
    edge.put(rest(origins[1], "missed"))
    eventually(lambda: proxy.metric("apus_config_source_up") == 0, "it is noticed")
    assert proxy.named_services == ["orders"]
    assert "cannot be followed" in proxy.admin("/ready")
    cluster.forget()
    cluster.relay.heal()
    eventually(lambda: proxy.named_services == ["missed"], "it is followed again", 60)
    eventually(lambda: proxy.metric("apus_config_source_up") == 1, "all is well")
    assert lists(cluster.asked[before:])
    if not cluster.is_real:
        cluster.server.compact()
        cluster.server.expire_watches()
        edge.put(rest(origins[0], "after"))
        eventually(lambda: proxy.named_services == ["after"], "a watch that was too slow begins anew")


def test_the_api_server_falls_silent(cluster, edge, origins, proxy, load):
    cluster.relay.fall_silent()
    edge.put(rest(origins[1], "unheard"))
    eventually(lambda: proxy.metric("apus_config_source_up") == 0, "it is noticed")
    assert "the configuration in Kubernetes cannot be followed, the former one goes on" in proxy.log
    load.await_answers(50)
    assert proxy.named_services == ["orders"]
    cluster.relay.speak()
    eventually(lambda: proxy.named_services == ["unheard"], "it is heard again")
    eventually(lambda: "the configuration in Kubernetes can be followed again" in proxy.log, "all is well")


def test_it_may_not_be_read(cluster, edge, origins, start):
    edge.put(rest(origins[0]))
    cluster.allow("services")
    proxy = start()
    found = proxy.await_log("the configuration in Kubernetes cannot be fetched.*")[0]
    assert "may not list configmaps in namespace shop (403)" in found
    assert 'resources [configmaps] and verbs [list, watch] would allow it' in json.dumps(found)
    cluster.allow("configmaps")
    assert status(proxy.await_ready()) == 200
