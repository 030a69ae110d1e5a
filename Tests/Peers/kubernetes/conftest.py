"""A cluster for each test, and proxies that find their endpoints there.

`KUBE_APISERVER` names a real kube-apiserver, on which all tests run that do not need a bad day of the fake one."""

import json
import os

import pytest

from harness import mesh
from harness.certificates import Authority
from harness.program import PATIENCE, eventually
from harness.proxies.apus import Apus

from .control.workloads import Deployment
from .fake.cluster import FakeCluster
from .load import Load

PROTOCOLS = {"h2": "HTTP/2", "http/1.1": "HTTP/1.1"}
REAL = os.environ.get("KUBE_APISERVER")
TIMEOUT = "3s"
"""A tenth of what is the default: who has failed is asked again so much sooner."""


@pytest.fixture(scope="session")
def real_cluster(tmp_path_factory):
    from .real.cluster import RealCluster
    cluster = RealCluster(REAL, tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.close()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """The fake one's authority, and its own."""
    authority = Authority(tmp_path_factory.mktemp("authority"), "kubernetes")
    return authority.certificate, authority.issue(
        "kube-apiserver", "DNS:kubernetes.default.svc,IP:127.0.0.1", "serverAuth")


@pytest.fixture(params=["kube-apiserver"] if REAL else list(PROTOCOLS))
def cluster(request, tmp_path):
    """Each test twice: the API server speaks either version of HTTP."""
    if REAL:
        found = request.getfixturevalue("real_cluster")
        found.clear()
        yield found
        found.plane.close()
    else:
        (tmp_path / "cluster").mkdir()
        found = FakeCluster(tmp_path / "cluster", *request.getfixturevalue("certificates"), (request.param,))
        yield found
        found.close()
        assert {one.protocol for one in found.asked} <= {PROTOCOLS[request.param]}


@pytest.fixture
def fake(cluster):
    """Its server, for what the real one does only by itself."""
    if cluster.is_real:
        pytest.skip("a day that a real API server has only by itself")
    return cluster.server


class Proxy(Apus):
    @property
    def is_up(self):
        """Its source, as it sees it."""
        return self.metric("apus_source_up", source="kubernetes") == 1

    def services(self):
        return {one["name"]: one for one in json.loads(self.admin("/services"))["services"]}

    @property
    def problems(self):
        return json.loads(self.admin("/ready"))["problems"]

    def used(self, service):
        """Addresses of the endpoints that take requests."""
        return {one["address"] for one in self.services()[service]["endpoints"] if one["used"]}

    def await_used(self, service, pods, patience=PATIENCE):
        wanted = {pod.endpoint for pod in pods}
        eventually(lambda: self.used(service) == wanted, f"{service} is at {sorted(wanted)}", patience)


@pytest.fixture
def start(cluster, tmp_path):
    started = []

    def begin(services, retry=None, timeouts=None, patience="10s", prefix=(), **settings):
        """`services`: by name, what each is in Kubernetes, and further keys. Requests to /NAME go there. `patience`: how long
        it waits for its endpoints. `prefix`: of its command."""
        directory = tmp_path / f"proxy-{len(started)}"
        directory.mkdir()
        document = {
            "kubernetes": {"kubeconfig": str(cluster.kubeconfig), "timeout": TIMEOUT}, "drain": "5s",
            "timeouts": {"discovery": patience}, **settings,
            "services": [{"name": name, **more} for name, more in services.items()]}
        routes = tuple(mesh.Route(f"/{name}", name, retry, timeouts) for name in services)
        started.append(Proxy(mesh.Mesh((), routes, document, workers=2), directory, prefix))
        return started[-1]

    yield begin
    for one in started:
        one.stop()


@pytest.fixture
def load():
    """Starts loads; whatever a test does not expect to be lost must not be."""
    started = []

    def begin(proxy, **more):
        started.append(Load(proxy.port, **more))
        started[-1].rounds(3)
        return started[-1]

    yield begin
    for one in started:
        one.end()


# For tests of what happens to the API server: one service, and requests all the time.

ORDERS = {"all": {"kubernetes": {"namespace": "shop", "service": "orders", "port": 80}}}


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
    """Every one of them has to be answered."""
    found = load(proxy)
    yield found
    found.end()
    assert found.lost == []
