"""A grpcio server behind a proxy that lets two origins of web pages in."""

import socket

import pytest

from harness import mesh, proxies
from harness.origins.grpc_server import GRPCServer

PAGE = "https://shop.example"
CORS = {"type": "CORS", "cors": {
    "allowOrigins": [PAGE, "http://127.0.0.1:*"], "allowMethods": ["POST"],
    "allowHeaders": ["content-type", "x-grpc-web", "x-user-agent", "grpc-timeout", "x-own-text", "x-code"],
    "exposeHeaders": ["grpc-status", "grpc-message", "x-own-text"], "maxAge": 600}}


@pytest.fixture(scope="module")
def server():
    started = GRPCServer()
    yield started
    started.close()


def told(server, origins):
    """`origins`: of pages that may call."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        dead = unused.getsockname()[1]
    cors = {"type": "CORS", "cors": {**CORS["cors"], "allowOrigins": origins}}
    return mesh.Mesh(
        services=(mesh.Service("calls", (server.port,), "h2"), mesh.Service("dead", (dead,), "h2")),
        routes=(mesh.Route("/test.Calls", "calls", filters=(cors,)), mesh.Route("/dead.Calls", "dead", filters=(cors,))))


@pytest.fixture(scope="module")
def proxy(server, tmp_path_factory):
    started = proxies.start(told(server, [PAGE]), tmp_path_factory.mktemp("web"))
    yield started
    started.stop()
