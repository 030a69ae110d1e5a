"""Peers that are refused: each has its reason in the log, in the metrics and, where a client waits, in Proxy-Status."""

import socket
import ssl
from dataclasses import dataclass, field

import pytest

from harness import tools
from harness.program import eventually

from .secure_origin import SecureOrigin

YESTERDAY = (-3, -1)
TOMORROW = (1, 3)


@dataclass(frozen=True)
class Bad:
    name: str
    reason: str
    issue: dict = field(default_factory=dict)
    stranger: bool = False
    revoked: bool = False
    alert: str = ""
    """What the peer is told, in OpenSSL's words."""


CERTIFICATES = [
    Bad("expired", "certificate_expired", {"days": YESTERDAY}, alert="CERTIFICATE_EXPIRED"),
    Bad("not yet valid", "certificate_not_yet_valid", {"days": TOMORROW}, alert="BAD_CERTIFICATE"),
    Bad("wrong authority", "unknown_ca", stranger=True, alert="UNKNOWN_CA"),
    Bad("self-signed", "self_signed", {"own": True}, alert="UNKNOWN_CA"),
    Bad("revoked", "certificate_revoked", revoked=True, alert="CERTIFICATE_REVOKED"),
    Bad("weak key", "weak_certificate", {"kind": "1024"}, alert="BAD_CERTIFICATE"),
]


def certificate(world, bad, **more):
    authority = world.stranger if bad.stranger else world.authority
    made = authority.issue("bad", **{**bad.issue, **more})
    if bad.revoked:
        authority.revoke(made)
    return made


def noted(proxy, peer, reason):
    """The reason is counted and in the log."""
    eventually(lambda: proxy.metric("apus_tls_failures_total", peer=peer, reason=reason) >= 1, f"{reason} is counted")
    assert f"reason={reason} " in proxy.log


@pytest.mark.parametrize("bad", [
    *CERTIFICATES, Bad("wrong name", "wrong_name", {"san": "DNS:other.example"}),
    Bad("wrong usage", "wrong_purpose", {"usage": "clientAuth"})], ids=lambda bad: bad.name)
def test_origins(start, world, bad):
    origin = SecureOrigin(world.server_context(certificate(world, bad)))
    service = world.service(**({"crls": [str(world.authority.revocations())]} if bad.revoked else {}))
    proxy = start(world.mesh(origin.port, service=service))
    try:
        said = tools.run("curl", "--silent", "--include", f"http://127.0.0.1:{proxy.port}/").decode()
        assert said.startswith("HTTP/1.1 502")
        assert "error=tls_certificate_error" in said
        noted(proxy, "endpoint", bad.reason)
    finally:
        origin.close()


@pytest.mark.parametrize("bad", [
    *CERTIFICATES, Bad("wrong usage", "wrong_purpose", {"usage": "serverAuth"}, alert="UNSUPPORTED_CERTIFICATE"),
    Bad("none", "no_certificate", alert="CERTIFICATE_REQUIRED")], ids=lambda bad: bad.name)
def test_clients(start, world, http1_origin, bad):
    crls = {"crls": [str(world.authority.revocations())]} if bad.revoked else {}
    context = world.client_context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    if bad.name != "none":
        shown = certificate(world, bad, san="URI:spiffe://example.org/x")
        context.load_cert_chain(shown.chain, shown.key)
        crls = {"crls": [str(world.authority.revocations())]} if bad.revoked else {}
    proxy = start(world.mesh(http1_origin.port, listener=world.listener(**world.asking(**crls))))
    with pytest.raises(ssl.SSLError) as raised:
        with socket.create_connection(("127.0.0.1", proxy.port)) as plain:
            with context.wrap_socket(plain, server_hostname="test.example") as secure:
                secure.sendall(b"GET /plain HTTP/1.1\r\nHost: a\r\n\r\n")
                secure.recv(1)
    assert bad.alert in raised.value.reason
    noted(proxy, "client", bad.reason)


@pytest.mark.parametrize("sent, reason", [
    (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "plain_http"), (b"\x00\x01\x02\x03\x04", "not_tls"),
    (b"\x16\x03\x01\x00\x05hello", "malformed"), (b"\x16\x03\x01\xff\xff" + b"x" * 70000, "malformed"),
    (b"\x16\x03\x01\x40", "truncated"), (b"\x16\x03\x01\x00\x2d" + b"\x01\x00\x00\x29\x03\x02" + b"\0" * 32
     + b"\x00\x00\x02\x00\x2f\x01\x00", "protocol_version")],
    ids=["plain", "binary", "broken", "oversized", "truncated", "tls1.1"])
def test_garbage(start, world, http1_origin, sent, reason):
    proxy = start(world.mesh(http1_origin.port, listener=world.listener()))
    with socket.create_connection(("127.0.0.1", proxy.port)) as plain:
        plain.sendall(sent)
        plain.shutdown(socket.SHUT_WR)
        while plain.recv(65536):
            pass
    noted(proxy, "client", reason)


def test_slow_handshakes_end(start, world, http1_origin):
    proxy = start(world.mesh(http1_origin.port, listener=world.listener(handshakeTimeout="200ms")))
    with socket.create_connection(("127.0.0.1", proxy.port)) as silent, \
            socket.create_connection(("127.0.0.1", proxy.port)) as slow:
        slow.sendall(b"\x16\x03\x01\x02\x00\x01")
        assert slow.recv(1) == b"" and silent.recv(1) == b""
    noted(proxy, "client", "timed_out")


def test_slow_origins_are_named(start, world):
    listener = socket.create_server(("127.0.0.1", 0))
    proxy = start(world.mesh(
        listener.getsockname()[1], service={**world.service(), "connectTimeout": "300ms"}))
    said = tools.run("curl", "--silent", "--include", f"http://127.0.0.1:{proxy.port}/").decode()
    assert "error=connection_timeout" in said and "the handshake took too long" in said
    noted(proxy, "endpoint", "timed_out")
    listener.close()


def test_silent_clients_keep_nobody_out(start, world, http1_origin):
    """More connections that say nothing than handshakes may be under way: the oldest ones end."""
    proxy = start(world.mesh(
        http1_origin.port, listener=world.listener(), limits={"handshakes": 20}))
    silent = [socket.create_connection(("127.0.0.1", proxy.port)) for _ in range(60)]
    context = world.client_context()
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", proxy.port)) as plain:
            with context.wrap_socket(plain, server_hostname="test.example") as secure:
                secure.sendall(b"GET /plain HTTP/1.1\r\nHost: a\r\n\r\n")
                assert secure.recv(65536).startswith(b"HTTP/1.1 200")
    noted(proxy, "client", "crowded_out")
    for one in silent:
        one.close()


def test_keys_are_nowhere(start, world, http1_origin):
    proxy = start(world.mesh(http1_origin.port, listener=world.listener()))
    secret = world.server.key.read_text().splitlines()[2]
    for text in [proxy.log, *(proxy.admin(page) for page in ("/config", "/certificates", "/services", "/metrics"))]:
        assert secret not in text and "PRIVATE KEY" not in text
