"""Responses of OCSP, which clients get together with the certificate that they are about."""

import datetime
import json
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from harness.proxies import apus

from .test_clients import s_client

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
    assert f"certificates[0].ocsp: `{other}` is an OCSP response for another certificate" in done.stdout + done.stderr
