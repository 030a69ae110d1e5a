"""A server, a proxy in front of it, a client."""

import socket

import pytest

from harness import mesh, proxies
from harness.clients.grpc import Calls
from harness.origins.grpc_server import GRPCServer

GRPC_RETRIES = ["cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable"]


@pytest.fixture(scope="module")
def server():
    started = GRPCServer()
    yield started
    started.close()


@pytest.fixture(scope="module")
def dead_port():
    """Nobody listens there."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield unused.getsockname()[1]


@pytest.fixture(scope="module")
def proxy(server, dead_port, tmp_path_factory):
    started = proxies.start(mesh.Mesh(
        services=(mesh.Service("calls", (server.port,), "h2"), mesh.Service("dead", (dead_port,), "h2")),
        routes=(
            mesh.Route("/test.Calls/Flaky", "calls", retry={"attempts": 2, "on": GRPC_RETRIES}),
            mesh.Route("/test.Calls", "calls", timeouts={"request": "60s"}),
            mesh.Route("/dead.Calls", "dead"),
            mesh.Route("/short.Calls", "calls", timeouts={"request": "300ms"}),
        )), tmp_path_factory.mktemp("grpc"))
    yield started
    started.stop()


@pytest.fixture
def calls(proxy):
    client = Calls(proxy.port)
    yield client
    client.close()
