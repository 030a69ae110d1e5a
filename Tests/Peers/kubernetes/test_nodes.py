"""A node is lost under load: its pods answer nothing any more, long before anybody has noticed.

What may be lost is exact: requests that the lost pods have taken and that must not be sent twice (POST). All others go elsewhere.
"""

import collections

from harness.program import eventually

from .control.workloads import Deployment

RETRY = {"attempts": 3, "on": ["connect-failure", "reset", "refused"]}
TIMEOUTS = {"backendRequest": "1s", "request": "20s"}
RATE = 100


def begin(cluster, start, **service):
    orders = Deployment(cluster.plane, "orders", **service)
    proxy = start(
        {"all": {"kubernetes": {"service": "orders"}, "connectTimeout": "300ms", "circuitBreaker": {"maxRetries": 100}}},
        RETRY, TIMEOUTS)
    proxy.await_used("all", orders.pods)
    return orders, proxy


def just_these_are_lost(load, pods):
    """What the pods have taken since they vanished, and only what must not be asked again."""
    load.end()
    for pod in pods:
        pod.reveal()
    taken = {name for pod in pods for method, name in pod.swallowed if method == "POST"}
    assert {one.id for one in load.lost} == taken
    assert all(one.method == "POST" and one.outcome.startswith("504: ") for one in load.lost), load.lost
    again = sum(method != "POST" for pod in pods for method, _ in pod.swallowed)
    print(f"{load.begun} requests, {len(load.lost)} of POST lost with the node, {again} others were sent elsewhere")
    return again


def may_be_repeated(pod):
    """Of what went to it, some is to be sent elsewhere."""
    return any(method != "POST" for method, _ in pod.swallowed)


def test_a_node_is_lost_and_replaced(cluster, start, load):
    """Its pods count as not ready when the node's lease is over, and are replaced on other nodes at last."""
    orders, proxy = begin(cluster, start)
    requests = load(proxy, rate=RATE)
    node = orders.pods[0].node
    lost = cluster.plane.lose(node)
    assert len(lost) == 1
    lost[0].wait_for(lambda: may_be_repeated(lost[0]), "it is sent requests")
    requests.rounds(5)
    cluster.plane.notice(node)
    proxy.await_used("all", [pod for pod in orders.pods if pod not in lost])
    requests.rounds()
    mark = requests.begun
    requests.rounds(5)
    new = orders.replace(lost[0])
    proxy.await_used("all", orders.pods)
    eventually(lambda: requests.answers[new.name], "the new one is asked")
    assert just_these_are_lost(requests, lost)
    assert not [name for _, name in lost[0].swallowed if int(name) >= mark]


def test_a_node_is_lost_and_its_pods_are_gone(cluster, start, load):
    """As when somebody deletes the Node: nothing is said but that the endpoints are no more."""
    orders, proxy = begin(cluster, start, replicas=6)
    requests = load(proxy, rate=RATE)
    lost = cluster.plane.lose(orders.pods[0].node)
    assert len(lost) == 2
    for pod in lost:
        pod.wait_for(lambda pod=pod: may_be_repeated(pod), "it is sent requests")
        cluster.plane.remove(pod)
    proxy.await_used("all", orders.pods)
    requests.rounds(5)
    assert just_these_are_lost(requests, lost)


def test_the_breaker_takes_a_service_of_which_all_nodes_are_lost(cluster, start, load):
    """Nothing is left to be asked: after a few the breaker answers, at once, until there is a pod again."""
    orders = Deployment(cluster.plane, "orders", replicas=2)
    proxy = start(
        {"all": {"kubernetes": {"service": "orders"}, "connectTimeout": "300ms", "circuitBreaker": {
            "failureRate": "50%", "minimumRequests": 10, "window": "60s", "openFor": "500ms", "halfOpenRequests": 1}}},
        timeouts=TIMEOUTS)
    proxy.await_used("all", orders.pods)
    requests = load(proxy, rate=RATE)
    lost = [pod for node in {pod.node for pod in orders.pods} for pod in cluster.plane.lose(node)]
    eventually(lambda: any("circuit breaker open" in one.outcome for one in requests.lost), "the breaker is open")
    for pod in lost:
        orders.replace(pod)
    proxy.await_used("all", orders.pods)
    before = dict(requests.answers)
    eventually(lambda: all(requests.answers[pod.name] > before.get(pod.name, 0) for pod in orders.pods), "it is asked again")

    def goes_on():
        failed = len(requests.lost)
        requests.rounds(5)
        return len(requests.lost) == failed
    # What had been sent to those that are lost may open the breaker once more.
    eventually(goes_on, "nothing is lost any more")
    requests.end()
    print(collections.Counter(one.outcome for one in requests.lost))
    assert {one.outcome.split(";")[1] for one in requests.lost} <= {
        "error=destination_unavailable", "error=connection_timeout", "error=http_response_timeout"}
