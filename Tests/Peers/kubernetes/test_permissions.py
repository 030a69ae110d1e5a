"""The API server refuses Apus, under load: by another token, by Roles, or because it does not know what is asked for."""

import pytest

from harness.program import eventually

from .conftest import ORDERS
from .fake.message import Refusal
from .tokens import rotate

SLICES = "discovery.k8s.io/endpointslices"


def test_the_token_changes(cluster, orders, proxy, requests):
    """The kubelet writes another one; the former is refused from then on, at once noticed and no fault."""
    cluster.await_watches()
    assert 401 in [one.status for one in rotate(cluster, orders, proxy, requests)]


def test_a_token_that_is_refused_is_told(cluster, orders, proxy, requests):
    cluster.hand_out_token()
    good = cluster.token_file.read_text()
    cluster.token_file.write_text("stranger")
    cluster.revoke_former_token()
    cluster.relay.drop()
    eventually(lambda: not proxy.is_up, "it is noticed")
    assert "refuses our token (401)" in proxy.admin("/ready")
    cluster.token_file.write_text(good)
    orders.grow()
    proxy.await_used("all", orders.pods)


@pytest.mark.parametrize("status", [404, 403])
def test_endpoints_serve_where_there_are_no_slices(cluster, orders, start, load, status):
    if status == 403:
        cluster.allow("services", "endpoints")
    elif not cluster.is_real:
        cluster.server.faults.serves_slices = False
    proxy = start(ORDERS)
    proxy.await_used("all", orders.pods)
    requests = load(proxy)
    assert [one.status for one in cluster.asked if "slices" in one.resource] == [status]
    assert proxy.is_up and proxy.metric("apus_source_changes_total", source="kubernetes") == 1
    for step, pod in orders.roll("2"):
        if step == "ready":
            proxy.await_used("all", orders.pods)
        if step == "terminating":
            proxy.await_used("all", [one for one in orders.pods if one is not pod])
            requests.rounds()
    if not cluster.is_real:
        go_over_to_slices(cluster, orders, proxy)
    assert set(requests.end()) == {200}
    assert set(requests.versions) == {"1", "2"}


def go_over_to_slices(cluster, orders, proxy):
    """They are there at last: whenever all is listed anew they are looked for first."""
    server, before = cluster.server, len(cluster.asked)
    server.compact()
    server.expire_watches()
    eventually(lambda: cluster.watches("endpoints", before), "Endpoints it is again")
    assert [one for one in cluster.asked[before:] if "slices" in one.resource and one.status in (403, 404)]
    server.faults.serves_slices = True
    cluster.allow("services", "endpoints", SLICES)
    server.compact()
    server.expire_watches()
    eventually(lambda: cluster.watches("slices", before), "slices are watched")
    new = orders.grow()
    proxy.await_used("all", orders.pods)
    cluster.plane.terminate(new)
    proxy.await_used("all", [pod for pod in orders.pods if pod is not new])
    assert "EndpointSlices are there" in proxy.log and proxy.is_up


def test_what_is_forbidden_is_told_with_what_would_allow_it(cluster, orders, proxy, requests):
    cluster.allow("endpoints", SLICES)
    cluster.relay.drop()
    eventually(lambda: not proxy.is_up, "it is noticed")
    assert "may not watch services in namespace shop (403)" in proxy.log
    assert 'apiGroups [\\"\\"], resources [services] and verbs [list, watch]' in proxy.admin("/ready")
    requests.rounds(5)
    cluster.allow("services", "endpoints", SLICES)
    orders.grow()
    proxy.await_used("all", orders.pods)
    eventually(lambda: proxy.is_up, "it is allowed again")


def test_it_does_not_know_yet_who_may_do_what(cluster, fake, orders, proxy, requests):
    """A server that has just started refuses for a moment what it has served before: slices are not given up for that."""
    cluster.await_watches()
    before = len(cluster.asked)
    fake.faults.refuses["watch", SLICES] = Refusal(403, "endpointslices is forbidden")
    cluster.relay.drop()
    eventually(lambda: [one for one in cluster.watches("slices", before) if one.status == 403], "it is refused")
    del fake.faults.refuses["watch", SLICES]
    orders.grow()
    proxy.await_used("all", orders.pods)
    eventually(lambda: proxy.is_up, "it is allowed again")
    assert {one.resource for one in cluster.asked[before:]} == {"services", SLICES}
