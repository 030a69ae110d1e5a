"""What Apus says of Services that it cannot use."""

import signal

from harness.program import eventually

from .control.plane import NAMESPACE
from .control.workloads import Deployment


def test_a_port_that_a_service_does_not_have(cluster, start):
    """One line for it. The namespace is that of the kubeconfig, which the configuration does not name."""
    orders = {"kubernetes": {"service": "orders", "port": "grpc"}}
    proxy = start({"orders": orders})
    reason = f"reason=\"there is no Service orders in namespace {NAMESPACE}\""
    proxy.await_log(f"a service has no endpoints service=orders source=kubernetes .*{reason}")
    assert proxy.services()["orders"]["discovery"]["reference"] == "orders:grpc"
    assert f"service orders has no endpoints: there is no Service orders in namespace {NAMESPACE}" in proxy.problems
    Deployment(cluster.plane, "orders")
    reason = "reason=\"the Service has no port named grpc; it has http"
    proxy.await_log(f"Kubernetes still knows no endpoints, for another reason service=orders.{NAMESPACE}:grpc {reason}")
    proxy.signal(signal.SIGHUP)
    proxy.await_log("configuration loaded anew")
    assert proxy.log.count("no endpoints") == 2


def test_a_cluster_that_is_not_there_yet(cluster, start):
    """Nothing holds that nobody has said."""
    orders = Deployment(cluster.plane, "orders")
    cluster.relay.cut()
    proxy = start({"orders": {"kubernetes": {"namespace": NAMESPACE, "service": "orders", "port": 80}}}, patience="1s")
    assert "Kubernetes cannot be asked server=" in proxy.log and "what is known" not in proxy.log
    problem = next(one for one in proxy.problems if one.startswith("kubernetes "))
    assert problem.startswith("kubernetes does not answer: ")
    proxy.await_log("no endpoints are known yet source=kubernetes")
    cluster.relay.heal()
    proxy.await_used("orders", orders.pods, 60)
    eventually(lambda: "a service has endpoints now service=orders" in proxy.log, "it is told")
