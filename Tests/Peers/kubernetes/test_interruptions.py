"""The API server goes away, forgets, or breaks off, under load: what is known holds, what was missed is caught up with, and no
request is lost."""

import os

import pytest

from harness.program import eventually

from .asked import lists
from .conftest import ORDERS
from .control.plane import NAMESPACE


@pytest.fixture
def patient(cluster, orders, start):
    """A proxy with the times that hold where nothing else is said."""
    started = start(ORDERS, kubernetes={"kubeconfig": str(cluster.kubeconfig)})
    started.await_used("all", orders.pods)
    return started


def test_the_way_to_it_is_cut_during_an_update(cluster, orders, proxy, requests):
    """Pods come while nobody can tell; those that are known go on. Then all of it is caught up with by the watches alone."""
    cluster.await_watches()
    before = len(cluster.asked)
    known = set(orders.pods)
    cluster.relay.cut()
    new = [orders.grow(), orders.grow()]
    eventually(lambda: not proxy.is_up, "it is noticed")
    assert proxy.used("all") == {pod.endpoint for pod in known}
    assert "127.0.0.1" in proxy.admin("/ready")
    requests.rounds(10)
    cluster.relay.heal()
    proxy.await_used("all", orders.pods)
    eventually(lambda: proxy.is_up, "it is asked again")
    eventually(lambda: all(requests.answers[pod.name] for pod in new), "the new pods are asked")
    assert lists(cluster.asked[before:]) == []


def test_it_is_started_anew(cluster, orders, proxy, requests):
    cluster.kill()
    eventually(lambda: not proxy.is_up, "it is noticed")
    requests.rounds(10)
    cluster.start()
    new = orders.grow()
    proxy.await_used("all", orders.pods, 60)
    eventually(lambda: proxy.is_up and requests.answers[new.name], "all is well")


def test_the_connections_are_lost_again_and_again(cluster, orders, proxy, requests):
    """With each a pod comes, and with each next one leaves."""
    for _ in range(5):
        cluster.relay.drop()
        new = orders.grow()
        cluster.relay.drop()
        proxy.await_used("all", orders.pods)
        cluster.plane.terminate(new)
        proxy.await_used("all", [pod for pod in orders.pods if pod is not new])
        requests.rounds()
        new.drain()
        cluster.plane.remove(new)


def test_lines_are_cut_in_their_midst(cluster, orders, proxy, requests):
    """Those of a real server are cut where nobody can read them, by the way to it."""
    cutter = cluster.relay if cluster.is_real else cluster.server.faults
    cluster.await_watches()
    before = len(cluster.asked)
    for _ in range(3):
        cutter.cuts = 1
        orders.grow()
        proxy.await_used("all", orders.pods)
        assert cutter.cuts == 0
    assert lists(cluster.asked[before:]) == []


@pytest.mark.parametrize("how", ["event", "status"])
def test_what_was_missed_is_forgotten(cluster, orders, proxy, requests, how):
    """410 Gone: all is listed anew, and only what differs changes anything."""
    cluster.await_watches()
    if not cluster.is_real:
        cluster.server.faults.tells_in_stream = how == "event"
    elif how == "status":
        pytest.skip("a real server of this version tells it by an event")
    before = len(cluster.asked)
    changes = proxy.metric("apus_source_changes_total", source="kubernetes")
    cluster.relay.cut()
    new = orders.grow()
    eventually(lambda: not proxy.is_up, "it is noticed")
    cluster.forget()
    cluster.relay.heal()
    proxy.await_used("all", orders.pods, 60)
    eventually(lambda: proxy.is_up and requests.answers[new.name], "all is well")
    asked = cluster.asked[before:]
    assert {one.resource for one in lists(asked)} >= {"discovery.k8s.io/endpointslices"} or cluster.is_real
    assert lists(asked)
    assert proxy.metric("apus_source_changes_total", source="kubernetes") == changes + 1


def test_watches_are_too_slow(cluster, orders, patient, load):
    """They are told so, or just ended."""
    requests = load(patient)
    cluster.await_watches()
    before = len(cluster.asked)
    cluster.expire_watches("orders")
    if cluster.is_real:
        eventually(lambda: cluster.watches("endpoints", before), "it is watched anew")
    else:
        cluster.await_watches(before)
        assert len(lists(cluster.asked[before:])) == 2
    orders.grow()
    patient.await_used("all", orders.pods)
    assert patient.is_up
    assert set(requests.end()) == {200}


def test_bookmarks_keep_versions_young(cluster, orders, patient, load):
    """Other objects than ours change, and what was before them is forgotten: the watches go on from the bookmark."""
    if cluster.is_real and not os.environ.get("APUS_SLOW"):
        pytest.skip("takes a minute: APUS_SLOW=1")
    requests = load(patient)
    cluster.await_watches()
    cluster.plane.service("carts")
    there = cluster.rest.ask("GET", cluster.rest.path("services", NAMESPACE))["items"]
    if not cluster.is_real:
        cluster.server.compact()
    cluster.send_bookmarks()
    # What comes behind the bookmarks shows that they have come.
    new = orders.grow()
    patient.await_used("all", orders.pods)
    before = len(cluster.asked)
    cluster.relay.drop()
    cluster.await_watches(before)
    assert lists(cluster.asked[before:]) == []
    last = max(int(one["metadata"]["resourceVersion"]) for one in there)
    assert int(cluster.watches("services", before)[0].version) >= last
    eventually(lambda: requests.answers[new.name], "the new pod is asked")
    assert set(requests.end()) == {200}
