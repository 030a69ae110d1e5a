"""An authority with certificates, and what Apus is told of them."""

import ssl

import pytest

from harness import mesh
from harness.certificates import Authority


class World:
    def __init__(self, folder):
        self.authority = Authority(folder / "authority")
        self.stranger = Authority(folder / "stranger", "stranger")
        self.server = self.authority.issue("server")
        self.client = self.authority.issue("client", "URI:spiffe://example.org/ns/shop/sa/client")

    def listener(self, *certificates, **more):
        """`tls` of a listener."""
        shown = [{"certificate": str(one.chain), "key": str(one.key)} for one in certificates or (self.server,)]
        return {"tls": {"certificates": shown, **more}}

    def asking(self, mode="require", **more):
        return {"clientCertificates": {"trust": [str(self.authority.certificate)], "mode": mode, **more}}

    def service(self, certificate=None, **more):
        """`tls` of a service."""
        own = {"certificate": str(certificate.chain), "key": str(certificate.key)} if certificate else {}
        return {"tls": {"serverName": "test.example", "trust": [str(self.authority.certificate)], **own, **more}}

    def mesh(self, port, protocol="http1", listener=None, service=None, **settings):
        return mesh.Mesh(
            (mesh.Service("origin", (port,), protocol, service or {}),), (mesh.Route("/", "origin"),), settings,
            listener=listener or {})

    def client_context(self, certificate=None, alpn=("http/1.1",)):
        context = ssl.create_default_context(cafile=self.authority.certificate)
        context.set_alpn_protocols(list(alpn))
        if certificate:
            context.load_cert_chain(certificate.chain, certificate.key)
        return context

    def server_context(self, certificate=None, asks=False, alpn=("h2", "http/1.1")):
        shown = certificate or self.server
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.load_cert_chain(shown.chain, shown.key)
        context.set_alpn_protocols(list(alpn))
        if asks:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.authority.certificate)
        return context


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    return World(tmp_path_factory.mktemp("tls"))
