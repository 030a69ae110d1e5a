"""Certificates for the scenarios of TLS: an authority, one for proxies towards clients, one for those towards origins.
ECDSA over P-256, as meshes have it."""

from .build import run
from .settings import BUILD

FOLDER = BUILD / "tls"
NAME = "bench.example"


def made():
    """The folder with `ca.crt`, `server.crt`, `server.key`, `client.crt` and `client.key`; each `.pem` is both."""
    if not (FOLDER / "client.pem").exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        make("ca", "bench authority", "basicConstraints=critical,CA:TRUE")
        make("server", "server", f"subjectAltName=DNS:{NAME}", signed=True)
        make("client", "client", "subjectAltName=URI:spiffe://bench.example/client", signed=True)
    return FOLDER


def make(stem, subject, extension, signed=False):
    key, certificate = FOLDER / f"{stem}.key", FOLDER / f"{stem}.crt"
    signer = ["-CA", FOLDER / "ca.crt", "-CAkey", FOLDER / "ca.key"] if signed else []
    run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "365",
         "-subj", f"/CN={subject}", "-addext", extension, "-keyout", key, "-out", certificate, *signer])
    (FOLDER / f"{stem}.pem").write_bytes(certificate.read_bytes() + key.read_bytes())
    key.chmod(0o600)
