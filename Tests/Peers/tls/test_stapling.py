"""Responses of OCSP, which clients get together with the certificate that they are about."""

import datetime
import json
import re
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from harness.certificates import Authority
from harness.program import eventually
from harness.proxies import apus

from .test_clients import REQUEST, s_client

KINDS = {"ec": "ecdsa_secp256r1_sha256", "2048": "rsa_pss_rsae_sha256"}


def stapled(proxy, world, kind):
    return s_client(proxy, world, "-status", "-sigalgs", KINDS[kind])


@pytest.fixture
def certificates(world):
    return {kind: world.authority.issue(kind, kind=kind) for kind in KINDS}


def listener(world, certificates, responses):
    settings = world.listener(*certificates.values())
    for one, response in zip(settings["tls"]["certificates"], responses):
        if response:
            one["ocsp"] = str(response)
    return settings


def overdue(world, certificate):
    """The openssl program makes none that is overdue."""
    leaf, issuer = (x509.load_pem_x509_certificate(file.read_bytes())
                    for file in (certificate.chain, world.authority.certificate))
    now = datetime.datetime.now(datetime.timezone.utc)
    answer = ocsp.OCSPResponseBuilder().add_response(
        leaf, issuer, hashes.SHA256(), ocsp.OCSPCertStatus.GOOD, now - datetime.timedelta(days=2),
        now - datetime.timedelta(days=1), None, None).responder_id(ocsp.OCSPResponderEncoding.HASH, issuer)
    key = serialization.load_pem_private_key(world.authority.key.read_bytes(), None)
    file = certificate.chain.with_suffix(".overdue")
    file.write_bytes(answer.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))
    return file


def serial(certificate):
    done = subprocess.run(
        ["openssl", "x509", "-in", certificate.chain, "-noout", "-serial"], capture_output=True, text=True)
    return done.stdout.strip().partition("=")[2]


def test_each_certificate_has_its_own(start, world, http1_origin, certificates):
    """Of two for one name, with different kinds of keys, the client's abilities choose."""
    responses = [world.authority.status(one) for one in certificates.values()]
    proxy = start(world.mesh(http1_origin.port, listener=listener(world, certificates, responses)))
    for kind, certificate in certificates.items():
        said = stapled(proxy, world, kind)
        assert f"Serial Number: {serial(certificate)}" in said and "Cert Status: good" in said, said


def test_none_is_made_up(start, world, http1_origin, certificates):
    responses = [world.authority.status(certificates["ec"]), None]
    proxy = start(world.mesh(http1_origin.port, listener=listener(world, certificates, responses)))
    assert "Cert Status: good" in stapled(proxy, world, "ec")
    assert "OCSP response: no response sent" in stapled(proxy, world, "2048")


def test_an_overdue_one_is_shown_to_nobody(start, world, http1_origin, certificates):
    """Clients take it for an error, and none for none."""
    responses = [overdue(world, certificates["ec"]), None]
    proxy = start(world.mesh(http1_origin.port, listener=listener(world, certificates, responses)))
    assert "OCSP response: no response sent" in stapled(proxy, world, "ec")
    assert "the OCSP response is overdue: no client is shown it" in proxy.log


def test_that_of_another_is_an_error(world, http1_origin, certificates, tmp_path):
    other = world.authority.status(certificates["2048"])
    mesh = world.mesh(http1_origin.port, listener=listener(world, certificates, [other, None]))
    file = tmp_path / "apus.yaml"
    file.write_text(json.dumps(apus.Apus.document(mesh)))
    done = subprocess.run([apus.binary(), "check", file], capture_output=True, text=True)
    assert done.returncode == 1
    # A long path is shown shortened.
    assert re.search("certificates\\[0\\].ocsp: `.*` is an OCSP response for another certificate", done.stderr)


def replace(file, content):
    """At once, as whoever renews files should."""
    fresh = file.with_suffix(".fresh")
    fresh.write_bytes(content)
    fresh.chmod(0o600)
    fresh.rename(file)


class Renewed:
    """A proxy whose certificate, response and CRL are renewed while it runs."""

    def __init__(self, start, world, port, folder):
        self.world = world
        self.chain, self.key, self.response, self.crl = (folder / name for name in ("crt", "key", "ocsp", "crl"))
        self.first = world.authority.issue("first")
        self.show(self.first)
        replace(self.response, world.authority.status(self.first).read_bytes())
        replace(self.crl, world.authority.revocations().read_bytes())
        settings = world.listener(**world.asking("optional", crls=[str(self.crl)]))
        settings["tls"]["certificates"] = [
            {"certificate": str(self.chain), "key": str(self.key), "ocsp": str(self.response)}]
        self.proxy = start(world.mesh(port, listener=settings))

    def show(self, certificate):
        replace(self.key, certificate.key.read_bytes())
        replace(self.chain, certificate.pem)

    def said(self, *flags):
        return s_client(self.proxy, self.world, "-status", *flags)

    def admits(self, client):
        flags = ["-cert", client.chain, "-key", client.key, "-quiet", "-ign_eof"]
        return "HTTP/1.1 200" in s_client(self.proxy, self.world, *flags, input=REQUEST)


@pytest.fixture
def renewed(start, world, http1_origin, tmp_path):
    return Renewed(start, world, http1_origin.port, tmp_path)


def nothing(world, renewed):
    return None


def of_another(world, renewed):
    return world.authority.status(world.authority.issue("another")).read_bytes()


def an_overdue(world, renewed):
    return overdue(world, renewed.first).read_bytes()


@pytest.mark.parametrize("damaged", [b"", b"\x30\x03abc", nothing, of_another, an_overdue])
def test_a_damaged_one_costs_nothing_else(world, renewed, damaged):
    """Least of all that somebody is revoked; and the one before is good as long as it says."""
    content = damaged(world, renewed) if callable(damaged) else damaged
    if content is None:
        renewed.response.unlink()
    else:
        replace(renewed.response, content)
    renewed.proxy.await_log(f"a changed file cannot be used, the others are .*file=\"?{renewed.response}")
    assert "has no new OCSP response" in renewed.proxy.admin("/certificates")
    assert renewed.proxy.metric("apus_tls_files_refused") == 1
    assert "Cert Status: good" in renewed.said()
    gone = world.authority.issue("gone")
    assert renewed.admits(gone)
    world.authority.revoke(gone)
    replace(renewed.crl, world.authority.revocations().read_bytes())
    eventually(lambda: not renewed.admits(gone), "the new CRL is used")
    assert "Cert Status: good" in renewed.said()
    replace(renewed.response, world.authority.status(renewed.first).read_bytes())
    eventually(lambda: renewed.proxy.metric("apus_tls_files_refused") == 0, "the good response is used")


def test_a_new_certificate_does_not_wait_for_its_response(world, renewed):
    second = world.authority.issue("second")
    renewed.show(second)
    eventually(lambda: "CN = second" in renewed.said(), "the new certificate is shown")
    assert "OCSP response: no response sent" in renewed.said()
    replace(renewed.response, world.authority.status(second).read_bytes())
    eventually(lambda: f"Serial Number: {serial(second)}" in renewed.said(), "its response is shown")


@pytest.mark.parametrize("knows_issuer", [False, True])
def test_another_authoritys_counts_for_itself(world, http1_origin, tmp_path, knows_issuer):
    """A certificate of the same number, from another authority; of the same name too where the chain tells them apart."""
    name = "test authority" if knows_issuer else "other authority"
    first, second = Authority(tmp_path / "first"), Authority(tmp_path / "second", name)
    (second.folder / "serial").write_text((first.folder / "serial").read_text())
    own, other = first.issue(), second.issue()
    assert serial(own) == serial(other)
    if knows_issuer:
        own.chain.write_bytes(own.pem + first.certificate.read_bytes())

    def check(response):
        settings = world.listener(own)
        settings["tls"]["certificates"][0]["ocsp"] = str(response)
        file = tmp_path / "apus.yaml"
        file.write_text(json.dumps(apus.Apus.document(world.mesh(http1_origin.port, listener=settings))))
        done = subprocess.run([apus.binary(), "check", file], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    assert check(first.status(own))[0] == 0
    code, said = check(second.status(other))
    assert code == 1 and "is an OCSP response for another certificate" in said
