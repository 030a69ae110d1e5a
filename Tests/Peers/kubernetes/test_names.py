"""Names that a pod's resolver would complete, in routes, with no entry of `services`: the pod is in the namespace `shop`."""

import http.client

import pytest

from harness.origins.http1 import HTTP1Origin
from harness.program import eventually

from .control.plane import NAMESPACE
from .control.workloads import Deployment, StatefulSet


def route(hostname, **backend):
    return {"name": f"to-{hostname}", "hostnames": [hostname], "rules": [{"backendRefs": [backend]}]}


def ask(proxy, host):
    """The status, and the first word of the body: which pod it was."""
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=20)
    try:
        connection.request("GET", "/", headers={"host": host, "x-id": "1"})
        response = connection.getresponse()
        return response.status, response.read().decode().split()[0]
    finally:
        connection.close()


def spellings(short, namespace=NAMESPACE):
    return [
        f"{short}.{namespace}", f"{short}.{namespace}.svc", f"{short}.{namespace}.svc.cluster.local",
        f"{short}.{namespace}.svc.cluster.local.", f"{short}.{namespace}:8080",
        f"{short.upper()}.{namespace}.svc.cluster.local.:80"]


@pytest.mark.parametrize("orders_name, web_name", [
    ("orders", "web.shop"), ("orders.shop.svc", "web.shop.svc.cluster.local")])
def test_a_service_in_every_spelling(cluster, start, orders_name, web_name):
    workloads = {name: Deployment(cluster.plane, name, replicas=2) for name in ("orders", "web")}
    proxy = start({}, routes=[
        route(orders_name, name="orders", port=80),
        route(web_name, name="web.shop.svc.cluster.local", port="http")])
    proxy.await_used("orders.shop:80", workloads["orders"].pods)
    proxy.await_used("web.shop:http", workloads["web"].pods)
    for name, workload in workloads.items():
        pods = {pod.name for pod in workload.pods}
        for host in [name, *spellings(name)]:
            status, pod = ask(proxy, host)
            assert status == 200 and pod in pods, host
    for host in ("users", "orders.far", "orders.far.svc.cluster.local", "orders.shop.svc.example"):
        assert ask(proxy, host)[0] == 404, host


def test_a_pod_of_a_stateful_set(cluster, start):
    db = StatefulSet(cluster.plane, "db", replicas=2)
    proxy = start({}, routes=[
        route("db-0.db.shop", name="db-0.db.shop.svc.cluster.local", port=80),
        # A service and its namespace, by the look of it; there is none.
        route("db-1.db", name="db-1.db", port=80)])
    for name, service in (("db-0", "db-0.db.shop:80"), ("db-1", "db-1.db:80")):
        pod, = (one for one in db.pods if one.hostname == name)
        proxy.await_used(service, [pod])
        hosts = spellings(f"{name}.db") + ([f"{name}.db"] if name == "db-1" else [])
        assert {ask(proxy, host) for host in hosts} == {(200, name)}
    for step, pod in db.roll("2"):
        if step == "ready":
            proxy.await_used("db-0.db.shop:80" if pod.hostname == "db-0" else "db-1.db:80", [pod])
            assert ask(proxy, f"{pod.hostname}.db.shop") == (200, pod.name)


@pytest.fixture
def origins():
    started = [HTTP1Origin() for _ in range(2)]
    yield started
    for origin in started:
        origin.close()


def test_an_external_name(cluster, start, origins):
    """`localhost` stands in the hosts file, which DNS begins with."""
    def put(name, port):
        cluster.rest.put("services", {
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "billing", "namespace": NAMESPACE},
            "spec": {"type": "ExternalName", "externalName": name, "ports": [{"port": port}]}})

    one, other = origins
    put("localhost", one.port)
    proxy = start({}, routes=[route("billing", name="billing")], dns={"family": "ipv4"})
    assert proxy.used("billing.shop") == {f"127.0.0.1:{one.port}"}
    assert ask(proxy, "billing.shop.svc") == (200, "hello")
    assert "ExternalName" in proxy.services()["billing.shop"]["discovery"]["remark"]
    put("localhost.", other.port)
    eventually(lambda: proxy.used("billing.shop") == {f"127.0.0.1:{other.port}"}, "the other port is taken")
    assert other.noted == [] and ask(proxy, "billing") == (200, "hello") and other.noted != []
