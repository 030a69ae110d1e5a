"""Zones and hints."""

from .conftest import ORDERS
from .control.workloads import Deployment


def test_hints_keep_requests_within_the_zone(cluster, fake, start, load):
    """As long as there is somebody; what is elsewhere waits in reserve. Endpoints give no hints: only with
    slices."""
    orders = Deployment(cluster.plane, "orders", hints=True, replicas=6)
    proxy = start(ORDERS, node={"zone": "zone-a"})
    near = [pod for pod in orders.pods if pod.node.zone == "zone-a"]
    proxy.await_used("all", near)
    requests = load(proxy)
    assert set(requests.answers) <= {pod.name for pod in near}
    for pod in near:
        cluster.plane.terminate(pod)
        left = [one for one in near if not one.terminating]
        proxy.await_used("all", left or [one for one in orders.pods if one not in near])
        requests.rounds()
        pod.drain()
        cluster.plane.remove(pod)
    requests.rounds(3)
    assert set(requests.answers) > {pod.name for pod in near}
    assert set(requests.end()) == {200}
