"""Clients that are refused: each has its reason in the log and in the metrics, and learns of it by an alert."""

import socket
import ssl

import pytest

from harness.program import eventually

from .bad import CERTIFICATES, Bad, certificate, lines, noted


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
    # Whose certificate it is, as far as it says so.
    noted(proxy, "client", bad.reason, *(["uri:spiffe://example.org/x"] if bad.name != "none" else []))


def test_one_client_hides_no_other(start, world, http1_origin):
    """Log lines are limited, but each of a few clients has its own."""
    proxy = start(world.mesh(http1_origin.port, listener=world.listener()))
    for last in (1, 1, 1, 2, 1, 3):
        with socket.create_connection(("127.0.0.1", proxy.port), source_address=(f"127.0.0.{last}", 0)) as plain:
            plain.sendall(b"\x00\x01\x02\x03\x04")
            while plain.recv(65536):
                pass
    eventually(lambda: proxy.metric("apus_tls_failures_total", reason="not_tls") == 6, "all are counted")
    eventually(lambda: "peer=127.0.0.3:" in proxy.log, "the last one is in the log")
    told = lines(proxy, "not_tls")
    assert len(told) == 3 and all(f"peer=127.0.0.{last}:" in line for last, line in enumerate(told, 1)), told
    assert "more=2" in told[1] and "more=1" in told[2]


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
