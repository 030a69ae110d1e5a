"""Authorities and certificates, made by the openssl program when a test runs."""

import datetime
import os
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path

CONFIGURATION = """\
[req]
distinguished_name = name
prompt = no
[name]
CN = unused
[ca]
default_ca = own
[own]
database = {folder}/index
serial = {folder}/serial
crlnumber = {folder}/crlnumber
new_certs_dir = {folder}
certificate = {folder}/ca.crt
private_key = {folder}/ca.key
default_md = sha256
default_days = 30
default_crl_days = 7
policy = any
unique_subject = no
[any]
commonName = supplied
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
"""


@dataclass(frozen=True)
class Certificate:
    chain: Path
    key: Path

    @property
    def pem(self):
        return self.chain.read_bytes()


class Authority:
    def __init__(self, folder, name="test authority"):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "openssl.cnf").write_text(CONFIGURATION.format(folder=self.folder))
        (self.folder / "index").touch()
        (self.folder / "serial").write_text(f"{secrets.token_hex(16)}\n")
        (self.folder / "crlnumber").write_text("1000\n")
        self.made = 0
        self.key = self._key("ca", "ec")
        self.certificate = self.folder / "ca.crt"
        openssl("req", "-x509", "-new", "-key", self.key, "-subj", f"/CN={name}", "-days", 365, "-out", self.certificate,
                "-config", self.folder / "openssl.cnf", "-extensions", "authority")

    def issue(self, name="server", san="DNS:test.example,IP:127.0.0.1", usage="serverAuth,clientAuth", kind="ec",
              days=(-1, 30), own=False):
        """`days`: from when to when it is valid, counted from now. `own`: it signs itself."""
        self.made += 1
        stem = f"{name}-{self.made}"
        key = self._key(stem, kind)
        extensions = self.folder / f"{stem}.ext"
        extensions.write_text("".join([
            f"subjectAltName = {san}\n" if san else "", f"extendedKeyUsage = {usage}\n" if usage else "",
            "keyUsage = digitalSignature\n"]))
        request, chain = self.folder / f"{stem}.csr", self.folder / f"{stem}.crt"
        openssl("req", "-new", "-key", key, "-subj", f"/CN={name}", "-out", request, "-config", self.folder / "openssl.cnf")
        now = datetime.datetime.now(datetime.timezone.utc)
        start, end = ((now + datetime.timedelta(days=day)).strftime("%y%m%d%H%M%SZ") for day in days)
        signer = ["-selfsign", "-keyfile", key] if own else []
        openssl("ca", "-batch", "-notext", "-config", self.folder / "openssl.cnf", "-in", request, "-out", chain,
                "-startdate", start, "-enddate", end, "-extfile", extensions, *signer)
        return Certificate(chain, key)

    def revoke(self, certificate):
        openssl("ca", "-config", self.folder / "openssl.cnf", "-revoke", certificate.chain)

    def revocations(self):
        """The file with the present list."""
        file = self.folder / "ca.crl"
        openssl("ca", "-config", self.folder / "openssl.cnf", "-gencrl", "-out", file)
        return file

    def status(self, certificate):
        """What an OCSP responder would say of it, in DER."""
        request, file = certificate.chain.with_suffix(".ocspreq"), certificate.chain.with_suffix(".ocsp")
        openssl("ocsp", "-issuer", self.certificate, "-cert", certificate.chain, "-no_nonce", "-reqout", request)
        openssl("ocsp", "-index", self.folder / "index", "-CA", self.certificate, "-rsigner", self.certificate,
                "-rkey", self.key, "-reqin", request, "-respout", file, "-ndays", 1)
        return file

    def _key(self, stem, kind):
        file = self.folder / f"{stem}.key"
        if kind == "ec":
            openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", file)
        else:
            openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{kind}", "-out", file)
        os.chmod(file, 0o600)
        return file


def openssl(*words):
    done = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True)
    assert done.returncode == 0, f"openssl {words}: {done.stderr[-2000:]}"
