"""The API server has too much to do."""

from harness.program import eventually

from .conftest import ORDERS
from .control.workloads import Deployment
from .fake.message import Refusal

SLICES = "discovery.k8s.io/endpointslices"


def test_it_is_too_busy(cluster, fake, orders, proxy, requests):
    """429 with Retry-After: it is left alone for as long as it wants."""
    cluster.await_watches()
    before = len(cluster.asked)
    fake.faults.refuses["watch", SLICES] = Refusal(429, "Too many requests", [("retry-after", "1")])
    cluster.relay.drop()
    eventually(lambda: [one for one in cluster.watches("slices", before) if one.status == 429], "it is told")
    del fake.faults.refuses["watch", SLICES]
    orders.grow()
    proxy.await_used("all", orders.pods)
    refused, taken = cluster.watches("slices", before)[:2]
    assert (refused.status, taken.status) == (429, 200)
    assert taken.at - refused.at >= 1


def test_its_answers_are_slow(cluster, start, load):
    """A list that takes its time holds a start up, and nothing else; bytes that come a few at a time are whole in the end. A
    real server is silent on the way."""
    orders = Deployment(cluster.plane, "orders", slice_size=1)
    if cluster.is_real:
        cluster.relay.fall_silent()
    else:
        fake = cluster.server
        fake.faults.held.add(("list", SLICES))
        fake.faults.page = 2
        fake.faults.piece = 3
    proxy = start(ORDERS, patience="100ms")
    assert "no endpoints are known yet" in proxy.log
    if cluster.is_real:
        cluster.relay.speak()
    else:
        fake.release()
    proxy.await_used("all", orders.pods)
    assert cluster.is_real or any("continue" in one.query for one in cluster.asked)
    requests = load(proxy)
    new = orders.grow()
    proxy.await_used("all", orders.pods)
    eventually(lambda: requests.answers[new.name], "the new pod is asked")
    assert set(requests.end()) == {200}
