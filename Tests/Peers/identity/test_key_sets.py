"""Keys that are fetched: from Python over HTTPS, from nghttpd over HTTP/2; rotated, gone, broken, back again."""

import json
import shutil
import ssl

import pytest

from harness import mesh, proxies
from harness.certificates import Authority
from harness.clients import exchange
from harness.program import Program, eventually

from . import tokens
from .key_server import KeyServer

pytestmark = pytest.mark.skipif(proxies.CHOSEN != "apus", reason="configured in Apus's own words")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def certificate(authority):
    return authority.issue("keys", "DNS:localhost,IP:127.0.0.1")


@pytest.fixture
def server(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)
    server = KeyServer(context)
    yield server
    server.stop()


def begin(start, origin, url, trust, **more):
    keys = {"url": url, "refresh": "10s", "timeout": "5s", **more}
    if trust:
        keys["tls"] = {"trust": [str(trust)]}
    provider = {"name": "idp", "issuer": "https://idp.example", "audiences": ["shop"], "jwks": keys}
    listener = {"name": "test", "address": "127.0.0.1:0", "jwt": {}}
    return start(mesh.one_service(origin.port, listeners=[listener], jwt={"providers": [provider]}))


def status(proxy, token):
    return exchange(1, proxy.port, path="/request", fields=[("authorization", f"Bearer {token}")]).status


def told(proxy):
    return json.loads(proxy.admin("/keysets"))["providers"][0]


def count(proxy, result):
    return proxy.metric("apus_key_set_fetches_total", provider="idp", result=result)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_life(start, http1_origin, authority, server, host):
    old, new = tokens.Issuer(), tokens.Issuer()
    server.status = 503
    proxy = begin(start, http1_origin, f"https://{host}:{server.port}/keys?v=1", authority.certificate)

    # Not there yet: good tokens cannot be told from bad ones.
    eventually(lambda: count(proxy, "failed") >= 1, "the first fetch fails")
    assert status(proxy, old.token("ES256")) == 503
    assert "status 503" in told(proxy)["problem"] and told(proxy)["ageSeconds"] is None
    assert "tokens are refused until it is" in proxy.log
    assert "cannot be fetched, and its tokens are refused" in proxy.admin("/ready")

    # There.
    server.body, server.status = old.key_set().encode(), 200
    eventually(lambda: status(proxy, old.token("ES256")) == 200, "the keys have come")
    assert set(server.requests) == {"/keys?v=1"}
    assert told(proxy)["keys"] == 3 and told(proxy)["problem"] is None
    assert proxy.log.count("key set can be fetched again") == 1
    assert status(proxy, old.token("RS256", headers={"kid": "gone"})) == 401

    # Rotated: a token with a key that nobody knows yet brings the fetch forward.
    new_set = json.loads(new.key_set())
    for key in new_set["keys"]:
        key["kid"] += "-2"
    server.body = json.dumps({"keys": new_set["keys"]}).encode()
    eventually(lambda: status(proxy, new.token("ES256", headers={"kid": "ES256-2"})) == 200, "the new keys have come")
    # What the former keys had signed, and was known, is known no longer.
    assert status(proxy, old.token("ES256")) == 401

    # Gone, and broken: the keys go on.
    server.stop()
    failures = count(proxy, "failed")
    eventually(lambda: count(proxy, "failed") > failures, "a fetch fails")
    assert status(proxy, new.token("EdDSA", headers={"kid": "EdDSA-2"})) == 200
    assert "Connection refused" in told(proxy)["problem"]
    assert "the former keys go on" in proxy.log
    assert proxy.metric("apus_key_set_age_seconds", provider="idp") > 0
    server.body = b"<html>"
    server.begin()
    eventually(lambda: "no JSON" in (told(proxy)["problem"] or ""), "nonsense is refused")
    assert status(proxy, new.token("EdDSA", headers={"kid": "EdDSA-2"})) == 200
    assert proxy.log.count("key set cannot be fetched") == 2, "each change is told once"

    # Back again.
    server.body = old.key_set().encode()
    eventually(lambda: status(proxy, old.token("EdDSA")) == 200, "the first keys are back")
    assert told(proxy)["problem"] is None


def test_strangers_are_not_believed(start, http1_origin, server, tmp_path):
    """Its certificate is of an authority that nobody named."""
    issuer = tokens.Issuer()
    server.body = issuer.key_set().encode()
    stranger = Authority(tmp_path / "stranger", "stranger")
    proxy = begin(start, http1_origin, f"https://127.0.0.1:{server.port}/keys", stranger.certificate)
    eventually(lambda: count(proxy, "failed") >= 1, "the fetch fails")
    # And who it says it is, for those who run the proxy.
    assert "an unknown authority (it shows dns:localhost, ip:127.0.0.1, issued by CN=test authority)" in told(proxy)["problem"]
    assert server.requests == []
    assert status(proxy, issuer.token("ES256")) == 503


@pytest.mark.skipif(not shutil.which("nghttpd"), reason="nghttpd is not installed")
def test_over_http2(start, http1_origin, authority, certificate, tmp_path):
    issuer = tokens.Issuer()
    (tmp_path / "keys.json").write_text(issuer.key_set())
    with_port = KeyServer(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    with_port.stop()
    nghttpd = Program(
        ["nghttpd", "--address=127.0.0.1", f"--htdocs={tmp_path}", "--verbose", with_port.port, certificate.key,
         certificate.chain], tmp_path, "nghttpd")
    try:
        proxy = begin(
            start, http1_origin, f"https://127.0.0.1:{with_port.port}/keys.json", authority.certificate)
        eventually(lambda: status(proxy, issuer.token("ES256")) == 200, "the keys have come")
        nghttpd.await_log(r":path: /keys\.json")
    finally:
        nghttpd.stop()


def test_a_file_that_changes(start, http1_origin, tmp_path):
    """Heard of at once, as of every other file: nobody looks often enough for this."""
    old, new = tokens.Issuer(), tokens.Issuer()
    file = tmp_path / "jwks.json"
    file.write_text(old.key_set())
    provider = {"name": "idp", "issuer": "https://idp.example", "audiences": ["shop"], "jwks": {"file": str(file)}}
    listener = {"name": "test", "address": "127.0.0.1:0", "jwt": {}}
    proxy = start(mesh.one_service(http1_origin.port, listeners=[listener], jwt={"providers": [provider]}))
    assert status(proxy, old.token("ES256")) == 200
    (tmp_path / "fresh.json").write_text(new.key_set())
    (tmp_path / "fresh.json").rename(file)
    eventually(lambda: status(proxy, new.token("ES256")) == 200, "the new keys are used")
    assert status(proxy, old.token("ES256")) == 401
    file.write_text("{")
    proxy.await_log(r'changed files cannot be used, the former go on what="key set" of="provider idp"')
    assert status(proxy, new.token("ES256")) == 200


def test_plain_http(start, http1_origin):
    """Of an origin that has no key set: 404, or something else that is none."""
    proxy = begin(start, http1_origin, f"http://127.0.0.1:{http1_origin.port}/nothing", None)
    assert "keys over plain HTTP" in proxy.log
    eventually(lambda: count(proxy, "failed") >= 1, "the fetch fails")
