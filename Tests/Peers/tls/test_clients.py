"""Clients that others wrote: openssl, curl, Python's ssl, grpcio."""

import json
import re
import socket
import subprocess

import grpc
import pytest

from harness import bodies, proxies, tools
from harness.clients.grpc import Calls
from harness.origins.grpc_server import GRPCServer


@pytest.fixture(scope="module")
def proxy(http1_origin, world, tmp_path_factory):
    started = proxies.start(
        world.mesh(http1_origin.port, listener=world.listener(**world.asking("optional"))),
        tmp_path_factory.mktemp("proxy"))
    yield started
    started.stop()


def s_client(proxy, world, *flags, input=b""):
    """What it printed, whatever became of it."""
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{proxy.port}", "-CAfile", world.authority.certificate,
         "-servername", "test.example", *map(str, flags)],
        input=input, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    return done.stdout.decode(errors="replace")


REQUEST = b"GET /plain HTTP/1.1\r\nHost: test.example\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("version, name", [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
def test_versions(proxy, world, version, name):
    said = s_client(proxy, world, version, "-quiet", "-ign_eof", input=REQUEST)
    assert "HTTP/1.1 200" in said and "hello" in said
    said = s_client(proxy, world, version)
    assert f"New, {name}" in said and "Verify return code: 0 (ok)" in said
    assert "Secure Renegotiation IS supported" in said or version == "-tls1_3"
    assert "Compression: NONE" in said


@pytest.mark.parametrize("flags", [
    ["-tls1_1"], ["-tls1"], ["-tls1_2", "-cipher", "AES128-GCM-SHA256"], ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"],
    ["-tls1_2", "-cipher", "aNULL:eNULL"]])
def test_what_is_weak_is_refused(proxy, world, flags):
    """Versions and ciphers that no list of good ones has."""
    said = s_client(proxy, world, *flags, "-cipher", "ALL:@SECLEVEL=0", *flags[1:])
    assert "Cipher is (NONE)" in said or "no ciphers available" in said or "no cipher match" in said, said


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_sessions_are_resumed(proxy, world, version, tmp_path):
    session = tmp_path / "session"
    s_client(proxy, world, version, "-ign_eof", "-sess_out", session, input=REQUEST)
    assert "Reused, " in s_client(proxy, world, version, "-ign_eof", "-sess_in", session, input=REQUEST)


def test_early_data_is_refused(proxy, world, tmp_path):
    session = tmp_path / "session"
    assert "Max Early Data: 0" in s_client(proxy, world, "-tls1_3", "-ign_eof", "-sess_out", session, input=REQUEST)


def test_nobody_renegotiates(proxy, world):
    said = s_client(proxy, world, "-tls1_2", input=b"R\n")
    assert "RENEGOTIATING" in said and "no renegotiation" in said, said


def test_a_downgrade_is_noticed(proxy, world):
    """Somebody in between has made a client try an older version (RFC 7507)."""
    said = s_client(proxy, world, "-tls1_2", "-fallback_scsv")
    assert "inappropriate fallback" in said, said
    assert proxy.metric("apus_tls_failures_total", peer="client", reason="protocol_version") >= 1


@pytest.mark.parametrize("offered, chosen", [
    ("h2,http/1.1", "h2"), ("http/1.1", "http/1.1"), ("http/1.1,h2", "h2")])
def test_alpn(proxy, world, offered, chosen):
    assert f"ALPN protocol: {chosen}" in s_client(proxy, world, "-alpn", offered)


def test_nothing_in_common_is_an_alert(proxy, world):
    assert "no application protocol" in s_client(proxy, world, "-alpn", "spdy/1")


def test_the_name_chooses_the_certificate(start, http1_origin, world):
    certificates = [
        world.authority.issue("first", "DNS:a.example"), world.authority.issue("second", "DNS:*.b.example"),
        world.authority.issue("third", "DNS:x.b.example")]
    proxy = start(world.mesh(http1_origin.port, listener=world.listener(*certificates)))
    for name, expected in [
            ("a.example", "first"), ("y.b.example", "second"), ("x.b.example", "third"), ("b.example", "first"),
            ("elsewhere", "first")]:
        said = s_client(proxy, world, "-servername", name)
        assert re.search(rf"subject=CN = {expected}\b", said), name


@pytest.mark.parametrize("flag, version", [("--http1.1", "1.1"), ("--http2", "2")])
@pytest.mark.parametrize("certified", [False, True])
def test_curl(proxy, world, flag, version, certified):
    own = ["--cert", world.client.chain, "--key", world.client.key] if certified else []
    said = tools.run(
        "curl", "--silent", flag, "--cacert", world.authority.certificate, *own, "--write-out",
        "\n%{http_version} %{http_code}", "--connect-to", f"test.example:443:127.0.0.1:{proxy.port}",
        "https://test.example/plain").decode()
    assert said == f"hello\n\n{version} 200"


def test_curl_uploads_and_downloads(proxy, world, tmp_path):
    content = bodies.body(20_000_000)
    (tmp_path / "up").write_bytes(content)
    for flag in ("--http1.1", "--http2"):
        tools.run(
            "curl", "--silent", "--fail", flag, "--cacert", world.authority.certificate, "--data-binary",
            f"@{tmp_path}/up", "--output", tmp_path / "down", "--connect-to", f"test.example:443:127.0.0.1:{proxy.port}",
            "https://test.example/echo")
        assert bodies.digest((tmp_path / "down").read_bytes()) == bodies.digest(content)


def test_python(proxy, world):
    context = world.client_context(world.client)
    session = None
    for round in range(3):
        with socket.create_connection(("127.0.0.1", proxy.port)) as plain:
            with context.wrap_socket(plain, server_hostname="test.example", session=session) as secure:
                assert secure.version() == "TLSv1.3" and secure.selected_alpn_protocol() == "http/1.1"
                secure.sendall(REQUEST)
                received = b""
                # Without a close_notify this would raise.
                while chunk := secure.recv(65536):
                    received += chunk
                assert received.endswith(b"hello\n")
                assert secure.session_reused == (round > 0)
                session = secure.session


def test_grpc(start, world):
    server = GRPCServer()
    proxy = start(world.mesh(server.port, "h2", listener=world.listener(**world.asking())))
    credentials = grpc.ssl_channel_credentials(
        world.authority.certificate.read_bytes(), world.client.key.read_bytes(), world.client.pem)
    calls = Calls(proxy.port, credentials)
    try:
        assert calls.unary("Unary")(b"hello") is not None
        assert len(list(calls.expand()(b"200 20000"))) == 200
    finally:
        calls.close()
        server.close()


def test_the_admin_server_lists_certificates(proxy, world):
    """What is shown and what is believed, each with its file, and no key."""
    page = json.loads(proxy.admin("/certificates"))
    listener = page["listeners"][0]
    assert [one["file"] for one in listener["certificates"]] == [str(world.server.chain)]
    assert [(one["file"], one["subject"]) for one in listener["trust"]] == [
        (str(world.authority.certificate), "CN=test authority")]
    assert "PRIVATE" not in proxy.admin("/certificates")


def test_the_admin_server_tells_times_as_people_read_them(proxy, world):
    """RFC 3339, and the same that openssl reads in the certificate."""
    shown = json.loads(proxy.admin("/certificates"))["listeners"][0]["certificates"][0]
    dates = subprocess.check_output(
        ["openssl", "x509", "-noout", "-dates", "-dateopt", "iso_8601", "-in", shown["file"]], text=True)
    assert dates.split("\n")[:2] == [f"{name}={shown[name].replace('T', ' ')}" for name in ("notBefore", "notAfter")]
