"""Origins that others wrote: Python's ssl, grpcio."""

import contextlib
import socket
import threading

import grpc
import pytest

from harness import tools
from harness.clients.grpc import Calls
from harness.origins.grpc_server import GRPCServer

from .secure_origin import SecureOrigin


def get(proxy, path="/"):
    return tools.run("curl", "--silent", "--include", f"http://127.0.0.1:{proxy.port}{path}").decode()


@pytest.mark.parametrize("asks", [False, True])
def test_python(start, world, asks):
    origin = SecureOrigin(world.server_context(asks=asks))
    proxy = start(world.mesh(origin.port, service=world.service(world.client)))
    try:
        for _ in range(3):
            assert get(proxy).endswith("TLSv1.3 http/1.1")
        assert origin.resumed == [False]
        for _ in range(3):
            get(proxy, "/close")
        get(proxy)
        assert origin.resumed == [False, True, True, True]
    finally:
        origin.close()


def test_grpc(start, world):
    """Both ways secured, and both sides known."""
    server = GRPCServer(grpc.ssl_server_credentials(
        [(world.server.key.read_bytes(), world.server.pem)], world.authority.certificate.read_bytes(), True))
    for protocol in ("h2", "auto"):
        proxy = start(world.mesh(
            server.port, protocol, service=world.service(world.client), listener=world.listener(**world.asking())))
        calls = Calls(proxy.port, grpc.ssl_channel_credentials(
            world.authority.certificate.read_bytes(), world.client.key.read_bytes(), world.client.pem))
        try:
            for _ in range(3):
                assert calls.unary("Unary")(b"hello") is not None
        finally:
            calls.close()
    server.close()


def test_plain_http_is_named(start, world, http1_origin):
    proxy = start(world.mesh(http1_origin.port, service=world.service()))
    said = get(proxy)
    assert "502" in said.partition("\n")[0] and "error=tls_protocol_error" in said


def test_an_end_without_goodbye_is_noticed(start, world):
    """A body that ends with its connection, which somebody cut."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        context = world.server_context()
        for says_goodbye in (True, False):
            plain, _ = listener.accept()
            secure = context.wrap_socket(plain, server_side=True)
            secure.recv(65536)
            secure.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nsome of it")
            if says_goodbye:
                # Waits for our goodbye, or our end.
                with contextlib.suppress(OSError):
                    secure.unwrap()
            secure.close()

    threading.Thread(target=serve, daemon=True).start()
    proxy = start(world.mesh(listener.getsockname()[1], service=world.service()))
    assert get(proxy).endswith("some of it")
    with pytest.raises(AssertionError):
        get(proxy)
    listener.close()
