"""testssl.sh, a scanner of TLS servers: nothing that it finds at a listener is worse than its informational lines."""

import http.server
import json
import shutil
import subprocess
import threading

import pytest

from harness import mesh
from harness.certificates import Authority

PATIENCE = 900.0

GOOD = {"OK", "INFO", "DEBUG"}

NOT_OURS = {
    "cert_revocation": "an authority of our own has neither a list nor a responder to name in its certificates",
    "engine_problem": "of the openssl that it uses itself: no GOST",
    "sessionresumption_ticket": "it leaves before TLS 1.3 brings the ticket; test_clients.py resumes sessions",
}
"""Findings that say something of the certificates which are made for the test, or of the scanner. Nothing else may be
worse than information."""


class Application(http.server.BaseHTTPRequestHandler):
    """What browsers are to do is for the application to say."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "6")
        self.send_header("Strict-Transport-Security", "max-age=31536000")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(b"hello\n")

    def log_message(self, *_):
        pass


@pytest.fixture
def application():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Application)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()


def scan(port, authority, folder):
    """What was found, as testssl.sh writes it."""
    program = shutil.which("testssl")
    assert program, "testssl is not installed (scripts/install-tools.sh scan)"
    findings = folder / "findings.json"
    done = subprocess.run(
        [program, "--quiet", "--color", "0", "--warnings", "off", "--nodns", "none", "--ip", "127.0.0.1",
         "--add-ca", str(authority.certificate), "--jsonfile", str(findings), f"https://test.example:{port}"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE, cwd=folder)
    print(done.stdout.decode(errors="replace"))
    return json.loads(findings.read_text())


def test_nothing_worse_than_information(start, application, tmp_path):
    authority = Authority(tmp_path / "authority")
    shown = [authority.issue("server", san="DNS:test.example", kind=kind, days=(-1, 90))
             for kind in ("ec", "2048")]
    proxy = start(mesh.Mesh(
        (mesh.Service("application", (application,)),), (mesh.Route("/", "application"),),
        listener={"tls": {"certificates": [{"certificate": str(one.chain), "key": str(one.key)} for one in shown]}}))
    found = scan(proxy.port, authority, tmp_path)
    # It came to its end, and talked with the application.
    names = {one["id"].split(" ")[0] for one in found}
    assert {"TLS1_3", "cert_chain_of_trust", "HSTS_time", "ROBOT", "clientsimulation-openssl_303"} <= names
    bad = [one for one in found if one["severity"] not in GOOD and one["id"].split(" ")[0] not in NOT_OURS]
    assert not bad, "\n".join(f"{one['severity']} {one['id']}: {one['finding']}" for one in bad)
