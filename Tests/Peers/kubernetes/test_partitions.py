"""The API server is cut off, under load by clients that ask at a steady rate: connections are refused, or nothing is said any
more, on watches that are open and on new connections. What is known holds, nobody loses a request, and the source says how old
it is; what was changed meanwhile is seen afterwards, by the watches alone."""

import os

import pytest

from harness.measure import Flat
from harness.open_loop import Load
from harness.program import PATIENCE, eventually
from harness.relay import Relay

from .asked import lists
from .conftest import ORDERS

CUTS = {"refused": (Relay.cut, Relay.heal), "silent": (Relay.fall_silent, Relay.speak)}


def survive(cluster, orders, proxy, how, answers, patience):
    """`answers`: how many requests are answered while it is cut off, at least."""
    def age():
        return proxy.metric("apus_source_age_seconds", source="kubernetes")

    begin, end = CUTS[how]
    proxy.await_used("all", orders.pods)
    cluster.await_watches()
    load = Load(proxy.port, paths=("/all",))
    load.await_answers(20)
    before, known = len(cluster.asked), {pod.endpoint for pod in orders.pods}
    begin(cluster.relay)
    new = orders.grow()
    eventually(lambda: not proxy.is_up, "it is noticed", patience)
    memory = Flat(proxy.pid)
    load.await_answers(answers, patience)
    assert proxy.used("all") == known
    assert "Kubernetes cannot be asked, what is known holds" in proxy.log
    then = age()
    eventually(lambda: age() > then, "what is known grows old")
    end(cluster.relay)
    proxy.await_used("all", orders.pods, patience)
    eventually(lambda: proxy.is_up, "it is asked again", patience)
    eventually(lambda: age() < then, "what is known is fresh")
    assert "Kubernetes answers again" in proxy.log
    eventually(lambda: load.words[new.name], "the new pod is asked")
    assert lists(cluster.asked[before:]) == []
    memory.check()
    found = load.end()
    assert set(found) == {200}
    print(f"{len(found)} requests, none lost")


@pytest.mark.parametrize("how", CUTS)
def test_it_is_cut_off(cluster, orders, start, how):
    """As long as it takes to be noticed, where that is made to be short."""
    proxy = start(ORDERS, kubernetes={"kubeconfig": str(cluster.kubeconfig), "timeout": "1s"})
    survive(cluster, orders, proxy, how, 100, PATIENCE)


@pytest.mark.skipif(not os.environ.get("APUS_SLOW"), reason="takes minutes: APUS_SLOW=1")
@pytest.mark.parametrize("how", CUTS)
def test_it_is_cut_off_for_a_minute(cluster, orders, start, how):
    """With the times that hold where nothing else is said."""
    proxy = start(ORDERS, kubernetes={"kubeconfig": str(cluster.kubeconfig)})
    survive(cluster, orders, proxy, how, 60 * 200, 300)
