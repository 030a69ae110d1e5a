"""Tokens of another implementation are taken and refused as they should be, by both versions of HTTP."""

import time

import pytest

from harness import mesh, proxies
from harness.clients import exchange

from . import tokens

pytestmark = pytest.mark.skipif(proxies.CHOSEN != "apus", reason="configured in Apus's own words")
versions = pytest.mark.parametrize("version", [1, 2], ids=["http1", "http2"])


@pytest.fixture(scope="module")
def issuer():
    return tokens.Issuer()


@pytest.fixture
def guarded(start, http1_origin, issuer, tmp_path):
    """Asks for a token, and lets only members of `staff` see /admin."""
    keys = tmp_path / "jwks.json"
    keys.write_text(issuer.key_set())
    provider = {
        "name": "idp", "issuer": "https://idp.example", "audiences": ["shop"], "jwks": {"file": str(keys)},
        "forwardClaims": [{"claim": "sub", "header": "x-user"}],
    }
    rules = [
        {"name": "staff", "action": "allow", "when": {"claims": [{"name": "groups", "value": "staff"}]}},
        {"name": "all-but-admin", "action": "allow", "when": {"paths": [{"value": "/request"}]}},
    ]
    listener = {"name": "test", "address": "127.0.0.1:0", "jwt": {}, "authorization": {"rules": rules}}
    return start(mesh.one_service(
        http1_origin.port, listeners=[listener], jwt={"providers": [provider]}))


def ask(proxy, version, token=None, path="/request"):
    fields = [("authorization", f"Bearer {token}"), ("x-user", "root")] if token else []
    return exchange(version, proxy.port, path=path, fields=fields)


@versions
@pytest.mark.parametrize("algorithm", tokens.MAKERS)
def test_good_ones(guarded, issuer, version, algorithm):
    token = issuer.token(algorithm)
    for _ in range(3):
        answer = ask(guarded, version, token)
        assert answer.status == 200
        fields = [(name, value) for name, value in answer.told["fields"] if name in ("x-user", "authorization")]
        assert [tuple(field) for field in fields] == [("x-user", "alice")]
    assert guarded.metric("apus_tokens_total", result="verified") == 1
    assert guarded.metric("apus_tokens_total", result="known") == 2


@versions
def test_none(guarded, version):
    answer = ask(guarded, version)
    assert (answer.status, answer.field("www-authenticate")) == (401, "Bearer")


def bad(issuer):
    now = int(time.time())
    another = tokens.Issuer()
    yield "none", tokens.unsigned(), "algorithm"
    yield "shared secret", issuer.shared_secret_token("RS256"), "algorithm"
    yield "another's key", another.token("ES256"), "signature does not verify"
    yield "expired", issuer.token("ES256", exp=now - 120), "expired"
    yield "not yet", issuer.token("ES256", nbf=now + 120), "not valid yet"
    yield "no expiry", issuer.token("ES256", exp=None), "time that is none"
    yield "another audience", issuer.token("EdDSA", aud="bank"), "another audience"
    yield "another issuer", issuer.token("EdDSA", iss="https://idp.example/"), "unknown issuer"
    yield "unknown key", issuer.token("RS256", headers={"kid": "gone"}), "unknown key"
    yield "critical", issuer.token("RS256", headers={"crit": ["exp"]}), "critical"
    yield "another type", issuer.token("RS256", headers={"typ": "logout+jwt"}), "another type"
    yield "cut", issuer.token("RS256")[:-8], "token "


@versions
def test_bad_ones(guarded, issuer, version):
    for name, token, reason in bad(issuer):
        answer = ask(guarded, version, token)
        told = answer.field("www-authenticate")
        assert answer.status == 401, name
        assert told.startswith('Bearer error="invalid_token", error_description="') and reason in told, (name, told)


@versions
def test_claims_decide(guarded, issuer, version):
    assert ask(guarded, version, issuer.token("ES256"), "/admin").status == 403
    assert ask(guarded, version, issuer.token("ES256", groups=["x", "staff"]), "/admin").status == 200
    assert guarded.metric("apus_authorization_decisions_total", decision="denied", rule="") == 1
