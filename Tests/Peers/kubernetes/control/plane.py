"""What a control plane does of it all: nodes, pods and services, and the controllers that write who serves what.

The objects stand in the API server, a fake one or a real one; the test moves everything forward, step by step.
"""

import itertools
from dataclasses import dataclass, field

from . import endpoints, slices
from .pod import Pod

NAMESPACE = "shop"


@dataclass(eq=False)
class Node:
    name: str
    zone: str
    is_lost: bool = False


@dataclass(eq=False)
class Service:
    """Selects the pods of one workload."""

    name: str
    port: int
    headless: bool = False
    hints: bool = False
    """Its endpoints are meant for clients of their own zones."""
    slice_size: int = 100
    pods: list = field(default_factory=list)
    slices: dict = field(default_factory=dict)
    """Names of slices, and the pods in each."""
    made: int = 0
    """Slices so far."""


class Plane:
    def __init__(self, rest, slices_version, network, pod_port):
        """`network`: two numbers that pods' addresses begin with."""
        self.rest, self.slices_version, self.network, self.pod_port = rest, slices_version, network, pod_port
        self.nodes = [Node(f"node-{zone}", f"zone-{zone}") for zone in "abc"]
        self.placed = itertools.cycle(self.nodes)
        self.numbers = itertools.count(1)
        self.forget()

    def forget(self):
        """Nothing is there."""
        self.services = []
        self.pods = []
        self.written = {}
        """What the controllers have written, so that they write what has changed only."""
        for node in self.nodes:
            node.is_lost = False

    def service(self, name, port=80, **more):
        service = Service(name, port, **more)
        self.services.append(service)
        self.write_service(service)
        self.publish()
        return service

    def write_service(self, service):
        thing = {
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": service.name, "namespace": NAMESPACE},
            "spec": {
                "selector": {"app": service.name},
                "ports": [{"name": "http", "port": service.port, "targetPort": self.pod_port, "protocol": "TCP"}],
                **({"clusterIP": "None"} if service.headless else {}),
            }}
        self.rest.put("services", thing)

    def pod(self, service, name, version="1", hostname=None, node=None):
        """Scheduled and started, but not ready yet."""
        number = next(self.numbers)
        address = f"{self.network}.{number // 250}.{number % 250 + 1}"
        pod = Pod(name, address, self.pod_port, node or self.next_node(), version, hostname)
        service.pods.append(pod)
        self.pods.append(pod)
        self.publish()
        pod.listen()
        return pod

    def next_node(self):
        return next(node for node in self.placed if not node.is_lost)

    def ready(self, pod):
        """Its readiness probe has succeeded."""
        pod.ready = True
        self.publish()

    def terminate(self, pod):
        """Its deletion has begun: it still serves."""
        pod.terminating = True
        self.publish()

    def remove(self, pod):
        """It is gone."""
        for service in self.services:
            if pod in service.pods:
                service.pods.remove(pod)
        self.publish()

    # Nodes

    def lose(self, node):
        """Its pods vanish. Nobody has noticed yet."""
        node.is_lost = True
        found = [pod for service in self.services for pod in service.pods if pod.node is node]
        for pod in found:
            pod.vanish()
        return found

    def notice(self, node):
        """The node's leases were not renewed: its pods count as not ready."""
        for service in self.services:
            for pod in service.pods:
                if pod.node is node:
                    pod.ready = False
        self.publish()

    # Controllers

    def publish(self):
        """The controllers see what has changed."""
        for service in self.services:
            endpoints.write(self, service)
            slices.write(self, service)

    def close(self):
        for pod in self.pods:
            pod.stop()
