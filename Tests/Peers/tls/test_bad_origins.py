"""Origins that are refused: each has its reason in the log, in the metrics, on `/services` and in Proxy-Status."""

import socket
import threading

import pytest

from harness import mesh

from .bad import CERTIFICATES, YESTERDAY, Bad, certificate, get, noted, problems
from .secure_origin import SecureOrigin


@pytest.mark.parametrize("bad", [
    *CERTIFICATES,
    Bad("wrong name", "wrong_name", {"san": "DNS:other.example"}, told="is for another name"),
    Bad("wrong usage", "wrong_purpose", {"usage": "clientAuth"}, told="is not for this use")], ids=lambda bad: bad.name)
def test_origins(start, world, bad):
    shown = certificate(world, bad)
    origin = SecureOrigin(world.server_context(shown))
    service = world.service(**({"crls": [str(world.authority.revocations())]} if bad.revoked else {}))
    proxy = start(world.mesh(origin.port, service=service))
    try:
        said = get(proxy)
        assert said.startswith("HTTP/1.1 502")
        assert f"error=tls_certificate_error;details=\"TLS: the peer's certificate {bad.told}\"" in said
        name = bad.issue.get("san", "DNS:test.example").partition(",")[0].replace("DNS:", "dns:")
        noted(proxy, "endpoint", bad.reason, f"endpoint=127.0.0.1:{origin.port}", name)
        problem = problems(proxy)["origin"]
        assert problem["reason"] == bad.reason and bad.told in problem["details"] and name in problem["shown"]
        # Where it leads to nobody who is trusted, to whom it leads.
        assert ("issued by CN=stranger" in problem["shown"]) == bad.stranger
    finally:
        origin.close()


def test_names_are_told_to_those_who_run_it_alone(start, world):
    """Which one was wanted and which one is there: in the log and on `/services`. A client may be anybody."""
    origin = SecureOrigin(world.server_context(world.authority.issue("bad", "DNS:other.example,URI:spiffe://other/x")))
    proxy = start(world.mesh(origin.port, service=world.service()))
    try:
        said = get(proxy)
        assert "for another name" in said
        assert not any(name in said for name in ("other.example", "spiffe", "test.example", str(origin.port)))
        noted(proxy, "endpoint", "wrong_name", "wanted=dns:test.example", 'shown="dns:other.example, uri:spiffe://other/x"')
        problem = problems(proxy)["origin"]
        assert (problem["wanted"], problem["shown"]) == ("dns:test.example", "dns:other.example, uri:spiffe://other/x")
        assert problem["seconds"] >= 0
    finally:
        origin.close()


def test_each_service_has_its_own_failures(start, world):
    """Who runs it sees which service it is, and that it is over."""
    good, bad = SecureOrigin(world.server_context()), SecureOrigin(
        world.server_context(world.authority.issue("bad", days=YESTERDAY)))
    told = world.service()
    proxy = start(mesh.Mesh(
        (mesh.Service("good", (good.port,), settings=told), mesh.Service("bad", (bad.port,), settings=told)),
        (mesh.Route("/good", "good"), mesh.Route("/bad", "bad"))))
    try:
        assert "200" in get(proxy, "/good").partition("\n")[0]
        for _ in range(3):
            assert "502" in get(proxy, "/bad").partition("\n")[0]
        assert proxy.metric("apus_service_tls_failures_total", service="bad", reason="certificate_expired") == 3
        assert proxy.metric("apus_service_tls_failures_total", service="good") == 0
        assert proxy.metric("apus_tls_failures_total", peer="endpoint") == 3
        found = problems(proxy)
        assert found["good"] is None and found["bad"]["reason"] == "certificate_expired"
        # Somebody renews it.
        bad.context.load_cert_chain(world.server.chain, world.server.key)
        assert "200" in get(proxy, "/bad").partition("\n")[0]
        assert problems(proxy)["bad"] is None
    finally:
        good.close()
        bad.close()


class Babbler:
    """An origin that reads what comes first, says something, whatever it is, and leaves."""

    def __init__(self, says):
        self.says = says
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                if self.says is None:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                else:
                    connection.sendall(self.says)
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(65536):
                        pass

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


TLS10 = b"\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01" + b"\0" * 32 + b"\x00\x00\x2f\x00"
"""A ServerHello of TLS 1.0, with AES128-SHA."""


@pytest.mark.parametrize("says, reason, told", [
    (b"HTTP/1.1 400 Bad Request\r\n\r\n", "plain_http", "the peer speaks plain HTTP"),
    (b"\x00\x01\x02\x03\x04", "not_tls", "the peer's bytes are not TLS"),
    (b"\x16\x03\x03\x00\x05hello", "malformed", "malformed message"),
    (TLS10, "protocol_version", "no version in common"),
    (b"\x15\x03\x03\x00\x02\x02\x28", "peer_alert", "TLS alert 40: handshake failure"),
    (b"\x16\x03\x03\x40", "truncated", "connection ended too early"), (b"", "truncated", "connection ended too early"),
    (None, "reset", "connection reset")],
    ids=["plain", "binary", "broken", "tls1.0", "alert", "truncated", "silent", "reset"])
def test_what_origins_babble(start, world, says, reason, told):
    origin = Babbler(says)
    proxy = start(world.mesh(origin.port, service=world.service()))
    try:
        said = get(proxy)
        assert said.startswith("HTTP/1.1 502") and told in said, said
        noted(proxy, "endpoint", reason, f"endpoint=127.0.0.1:{origin.port}")
        assert problems(proxy)["origin"]["reason"] == reason
    finally:
        origin.close()


def test_slow_origins_are_named(start, world):
    listener = socket.create_server(("127.0.0.1", 0))
    proxy = start(world.mesh(
        listener.getsockname()[1], service={**world.service(), "connectTimeout": "300ms"}))
    said = get(proxy)
    assert "error=connection_timeout" in said and "the handshake took too long" in said
    noted(proxy, "endpoint", "timed_out")
    listener.close()
