"""Bad days of an API server, under load: what is known holds, what was missed is caught up with, and no request is lost."""

import pytest

from harness.program import eventually

from .control.workloads import Deployment
from .fake.message import Refusal

ORDERS = {"all": {"kubernetes": {"namespace": "shop", "service": "orders", "port": 80}}}
BOTH = ("services", "endpoints")


@pytest.fixture
def orders(cluster):
    return Deployment(cluster.plane, "orders")


@pytest.fixture
def proxy(orders, start):
    started = start(ORDERS)
    started.await_used("all", orders.pods)
    return started


@pytest.fixture
def requests(proxy, load):
    """They go on all the time, and every one has to be answered."""
    found = load(proxy)
    yield found
    assert found.end().lost == []


def is_up(proxy):
    return proxy.metric("apus_source_up", source="kubernetes") == 1


def grow(orders):
    """One more pod."""
    pod = orders.start("1")
    orders.plane.ready(pod)
    return pod


def lists(asked):
    return [one for one in asked if not one.is_watch]


def await_watches(cluster, since=0):
    eventually(lambda: all(
        any(one.status in (200, None) and one.resource.startswith(kinds) for one in cluster.watches("", since))
        for kinds in ("services", ("endpoints", "discovery"))), "services and endpoints are watched")


def test_the_way_to_it_is_cut_during_an_update(cluster, orders, proxy, requests):
    """Pods come while nobody can tell; those that are known go on. Then all of it is caught up with by the watches alone."""
    await_watches(cluster)
    before = len(cluster.asked)
    known = set(orders.pods)
    cluster.relay.cut()
    new = [grow(orders), grow(orders)]
    eventually(lambda: not is_up(proxy), "it is noticed")
    assert proxy.used("all") == {pod.endpoint for pod in known}
    assert "127.0.0.1" in proxy.admin("/ready")
    requests.rounds(10)
    cluster.relay.heal()
    proxy.await_used("all", orders.pods)
    eventually(lambda: is_up(proxy), "it is asked again")
    eventually(lambda: all(requests.answers[pod.name] for pod in new), "the new pods are asked")
    assert lists(cluster.asked[before:]) == []


def test_it_is_started_anew(cluster, orders, proxy, requests):
    cluster.kill()
    eventually(lambda: not is_up(proxy), "it is noticed")
    requests.rounds(10)
    cluster.start()
    new = grow(orders)
    proxy.await_used("all", orders.pods, 60)
    eventually(lambda: is_up(proxy) and requests.answers[new.name], "all is well")


def test_the_connections_are_lost_again_and_again(cluster, orders, proxy, requests):
    """With each a pod comes, and with each next one leaves."""
    for _ in range(5):
        cluster.relay.drop()
        new = grow(orders)
        cluster.relay.drop()
        proxy.await_used("all", orders.pods)
        cluster.plane.terminate(new)
        proxy.await_used("all", [pod for pod in orders.pods if pod is not new])
        requests.rounds()
        new.drain()
        cluster.plane.remove(new)


def test_the_token_changes(cluster, orders, proxy, requests):
    """The kubelet writes another one; the former is refused from then on, at once noticed and no fault."""
    await_watches(cluster)
    before = len(cluster.asked)
    cluster.hand_out_token()
    cluster.revoke_former_token()
    cluster.relay.drop()
    new = grow(orders)
    proxy.await_used("all", orders.pods)
    eventually(lambda: requests.answers[new.name], "the new pod is asked")
    await_watches(cluster, before)
    assert 401 in [one.status for one in cluster.asked[before:]]
    assert lists(cluster.asked[before:]) == []
    assert is_up(proxy)


def test_a_token_that_is_refused_is_told(cluster, orders, proxy, requests):
    cluster.hand_out_token()
    good = cluster.token_file.read_text()
    cluster.token_file.write_text("stranger")
    cluster.revoke_former_token()
    cluster.relay.drop()
    eventually(lambda: not is_up(proxy), "it is noticed")
    assert "refuses our token (401)" in proxy.admin("/ready")
    cluster.token_file.write_text(good)
    grow(orders)
    proxy.await_used("all", orders.pods)


@pytest.mark.parametrize("how", ["event", "status"])
def test_what_was_missed_is_forgotten(cluster, orders, proxy, requests, how):
    """410 Gone: all is listed anew, and only what differs changes anything."""
    await_watches(cluster)
    if not cluster.is_real:
        cluster.server.tells_in_stream = how == "event"
    elif how == "status":
        pytest.skip("a real server of this version tells it by an event")
    before = len(cluster.asked)
    changes = proxy.metric("apus_source_changes_total", source="kubernetes")
    cluster.relay.cut()
    new = grow(orders)
    eventually(lambda: not is_up(proxy), "it is noticed")
    cluster.forget()
    cluster.relay.heal()
    proxy.await_used("all", orders.pods, 60)
    eventually(lambda: is_up(proxy) and requests.answers[new.name], "all is well")
    asked = cluster.asked[before:]
    assert {one.resource for one in lists(asked)} >= {"discovery.k8s.io/endpointslices"} or cluster.is_real
    assert lists(asked)
    assert proxy.metric("apus_source_changes_total", source="kubernetes") == changes + 1


def test_watches_are_told_that_they_are_too_slow(cluster, fake, orders, proxy, requests):
    await_watches(cluster)
    before = len(cluster.asked)
    fake.compact()
    fake.expire_watches()
    await_watches(cluster, before)
    assert len(lists(cluster.asked[before:])) == 2
    grow(orders)
    proxy.await_used("all", orders.pods)
    assert is_up(proxy)


def test_bookmarks_keep_versions_young(cluster, fake, orders, proxy, requests):
    """Other objects than ours change, and what was before them is forgotten: the watches go on from the bookmark."""
    await_watches(cluster)
    cluster.plane.service("carts")
    fake.compact()
    version = str(fake.store.revision)
    fake.send_bookmarks()
    # What comes behind the bookmarks shows that they have come.
    new = grow(orders)
    proxy.await_used("all", orders.pods)
    before = len(cluster.asked)
    cluster.relay.drop()
    await_watches(cluster, before)
    assert lists(cluster.asked[before:]) == []
    assert cluster.watches("services", before)[0].version == version
    eventually(lambda: requests.answers[new.name], "the new pod is asked")


@pytest.mark.parametrize("status", [404, 403])
def test_endpoints_serve_where_there_are_no_slices(cluster, orders, start, load, status):
    if status == 403:
        cluster.allow(*BOTH)
    elif not cluster.is_real:
        cluster.server.serves_slices = False
    proxy = start(ORDERS)
    proxy.await_used("all", orders.pods)
    requests = load(proxy)
    assert [one.status for one in cluster.asked if "slices" in one.resource] == [status]
    assert is_up(proxy) and proxy.metric("apus_source_changes_total", source="kubernetes") == 1
    for step, pod in orders.roll("2"):
        if step == "ready":
            proxy.await_used("all", orders.pods)
        if step == "terminating":
            proxy.await_used("all", [one for one in orders.pods if one is not pod])
            requests.rounds()
    assert requests.end().lost == []
    assert set(requests.versions) == {"1", "2"}


def test_what_is_forbidden_is_told_with_what_would_allow_it(cluster, orders, proxy, requests):
    cluster.allow("endpoints", "discovery.k8s.io/endpointslices")
    cluster.relay.drop()
    eventually(lambda: not is_up(proxy), "it is noticed")
    assert "may not watch services in namespace shop (403)" in proxy.log
    assert 'apiGroups [\\"\\"], resources [services] and verbs [list, watch]' in proxy.admin("/ready")
    requests.rounds(5)
    cluster.allow(*BOTH, "discovery.k8s.io/endpointslices")
    grow(orders)
    proxy.await_used("all", orders.pods)
    eventually(lambda: is_up(proxy), "it is allowed again")


def test_it_does_not_know_yet_who_may_do_what(cluster, fake, orders, proxy, requests):
    """A server that has just started refuses for a moment what it has served before: slices are not given up for that."""
    await_watches(cluster)
    before = len(cluster.asked)
    resource = "discovery.k8s.io/endpointslices"
    fake.refuses["watch", resource] = Refusal(403, "endpointslices is forbidden")
    cluster.relay.drop()
    eventually(lambda: [one for one in cluster.watches("slices", before) if one.status == 403], "it is refused")
    del fake.refuses["watch", resource]
    grow(orders)
    proxy.await_used("all", orders.pods)
    eventually(lambda: is_up(proxy), "it is allowed again")
    assert {one.resource for one in cluster.asked[before:]} == {"services", resource}


def test_lines_are_cut_in_their_midst(cluster, fake, orders, proxy, requests):
    await_watches(cluster)
    for _ in range(3):
        fake.cuts = 1
        grow(orders)
        proxy.await_used("all", orders.pods)
        assert fake.cuts == 0
    assert lists(cluster.asked[4:]) == []


def test_it_is_too_busy(cluster, fake, orders, proxy, requests):
    """429 with Retry-After: it is left alone for as long as it wants."""
    await_watches(cluster)
    before = len(cluster.asked)
    resource = "discovery.k8s.io/endpointslices"
    fake.refuses["watch", resource] = Refusal(429, "Too many requests", [("retry-after", "2")])
    cluster.relay.drop()
    eventually(lambda: [one for one in cluster.watches("slices", before) if one.status == 429], "it is told")
    del fake.refuses["watch", resource]
    grow(orders)
    proxy.await_used("all", orders.pods)
    refused, taken = cluster.watches("slices", before)[:2]
    assert (refused.status, taken.status) == (429, 200)
    assert taken.at - refused.at >= 2


def test_its_answers_are_slow(cluster, fake, start, load):
    """A list that takes its time holds a start up, and nothing else; bytes that come a few at a time are whole in the end."""
    orders = Deployment(cluster.plane, "orders", slice_size=1)
    fake.held.add(("list", "discovery.k8s.io/endpointslices"))
    fake.page = 2
    fake.piece = 3
    proxy = start(ORDERS, patience="100ms")
    assert "no endpoints are known yet" in proxy.log
    fake.release()
    proxy.await_used("all", orders.pods)
    assert any("continue" in one.query for one in cluster.asked)
    requests = load(proxy)
    new = grow(orders)
    proxy.await_used("all", orders.pods)
    eventually(lambda: requests.answers[new.name], "the new pod is asked")
    assert requests.end().lost == []


def test_hints_keep_requests_within_the_zone(cluster, start, load):
    """As long as there is somebody; what is elsewhere waits in reserve."""
    orders = Deployment(cluster.plane, "orders", hints=True, replicas=6)
    proxy = start(ORDERS, node={"zone": "zone-a"})
    near = [pod for pod in orders.pods if pod.node.zone == "zone-a"]
    if cluster.is_real:
        pytest.skip("Endpoints give no hints")
    proxy.await_used("all", near)
    requests = load(proxy)
    assert set(requests.answers) <= {pod.name for pod in near}
    for pod in near:
        cluster.plane.terminate(pod)
        proxy.await_used("all", [one for one in near if not one.terminating] or
                         [one for one in orders.pods if one not in near])
        requests.rounds()
        pod.drain()
        cluster.plane.remove(pod)
    requests.rounds(3)
    assert set(requests.answers) > {pod.name for pod in near}
    assert requests.end().lost == []
