"""Rolling updates under load: whatever pods come and go, every request is answered."""

import pytest

from harness.measure import Flat

from .control.workloads import Deployment, StatefulSet
from .load import IDEMPOTENT, Held

VERSIONS = {str(version) for version in range(1, 13)}
"""With those of `roll_on`."""


def reference(service, **more):
    return {"kubernetes": {"service": service, "port": "http", **more}}


def nothing_is_lost(load, versions):
    load.end()
    assert load.lost == []
    assert set(load.versions) == versions
    print(f"{load.begun} requests, none lost: {dict(load.answers)}")


def roll_on(workload, proxy, load):
    """Ten more updates, without a look at each step. Memory is flat."""
    memory = Flat(proxy.pid)
    for version in range(3, 13):
        for step, _ in workload.roll(str(version)):
            if step in ("ready", "terminating"):
                proxy.await_used("all", [pod for pod in workload.pods if pod.ready and not pod.terminating])
                load.rounds(1)
    memory.check()


@pytest.mark.parametrize("slice_size", [100, 2], ids=["one-slice", "slices-of-two"])
def test_a_deployment_is_updated(cluster, start, load, slice_size):
    """Three pods, one by one. Each finishes what it has, and gets nothing any more once it is known to end."""
    orders = Deployment(cluster.plane, "orders", slice_size=slice_size)
    proxy = start({"all": reference("orders")})
    proxy.await_used("all", orders.pods)
    requests = load(proxy)
    held = [Held(proxy.port, name=f"held-{number}") for number in range(6)]
    for step, pod in orders.roll("2"):
        if step == "ready":
            proxy.await_used("all", orders.pods)
            before = requests.answers[pod.name]
            requests.rounds(4)
            assert requests.answers[pod.name] > before
        if step == "terminating":
            proxy.await_used("all", [one for one in orders.pods if one is not pod])
            ending = [one for one in proxy.services()["all"]["endpoints"] if one["address"] == pod.endpoint]
            assert [(one["source"], one["activeRequests"] >= 0) for one in ending] == [("kubernetes", True)]
            requests.rounds()
            answered = len(pod.requests)
            requests.rounds()
            assert len(pod.requests) == answered
        if step == "gone":
            pod.wait_for(lambda pod=pod: not pod.connections, "nobody is connected to it any more")
    for one in held:
        one.join(20)
        assert one.outcome == 200
    roll_on(orders, proxy, requests)
    nothing_is_lost(requests, VERSIONS)


def test_pods_that_end_at_once(cluster, start, load):
    """As programs do that take SIGTERM literally: they refuse connections before anybody has heard that they end. What can be
    asked again is, by itself."""
    orders = Deployment(cluster.plane, "orders")
    proxy = start(
        {"all": {**reference("orders"), "circuitBreaker": {"maxRetries": 100}}}, retry={"attempts": 3})
    proxy.await_used("all", orders.pods)
    requests = load(proxy, kinds=IDEMPOTENT)
    for step, pod in orders.roll("2"):
        if step == "started":
            old = orders.pods[0]
            assert old is not pod
        if step == "ready":
            old.drain()
            requests.rounds(4)
        if step == "gone":
            proxy.await_used("all", orders.pods)
    nothing_is_lost(requests, {"1", "2"})


def test_a_stateful_set_is_updated(cluster, start, load):
    """Each pod has a name of its own. Who asks for the service loses nothing; who asks for one pod is told that it is away
    while it is away, and at no other time."""
    db = StatefulSet(cluster.plane, "db")
    names = [pod.hostname for pod in db.pods]
    proxy = start({"all": reference("db"), **{name: reference("db", hostname=name) for name in names}})
    proxy.await_used("all", db.pods)
    for pod in db.pods:
        proxy.await_used(pod.hostname, [pod])
    every = load(proxy, rate=100)
    each = load(proxy, rate=100, paths=tuple(f"/{name}" for name in names), kinds=IDEMPOTENT)
    for step, pod in db.roll("2"):
        if step == "chosen" and not cluster.used_slices:
            each.excuse(f"/{pod.hostname}")
        if step == "terminating":
            proxy.await_used("all", [one for one in db.pods if one is not pod])
            every.rounds()
            if cluster.used_slices:
                # Nothing else is left of this name, and it still serves. Endpoints do not tell that.
                proxy.await_used(pod.hostname, [pod])
                each.rounds(4)
                each.excuse(f"/{pod.hostname}")
        if step == "gone":
            proxy.await_used(pod.hostname, [])
            each.rounds(4)
        if step == "ready":
            proxy.await_used(pod.hostname, [pod])
            proxy.await_used("all", db.pods)
            each.rounds()
            each.excuse()
            each.rounds(4)
    nothing_is_lost(each, {"1", "2"})
    assert {pod.version for pod in db.pods} == {"2"}
    roll_on(db, proxy, every)
    nothing_is_lost(every, VERSIONS)
