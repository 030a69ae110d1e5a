"""testssl.sh, a scanner of TLS servers: nothing that it finds at a listener is worse than its informational lines."""

import http.server
import json
import os
import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

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


PARTS = (
    ("--protocols", "--server-preference", "--headers"), ("--standard",), ("--pfs", "--server-defaults"),
    ("--vulnerable", "--rc4"))
"""What it looks for. It waits most of the time, so the parts run side by side."""

SLOW = (("--each-cipher",), ("--client-simulation",))
"""Lists of what is there, which add half a minute each, and hardly a judgement: with `APUS_SLOW=1`."""


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


def scan(port, authority, folder, part):
    """What was found, as testssl.sh writes it."""
    program = shutil.which("testssl")
    assert program, "testssl is not installed (scripts/install-tools.sh peers)"
    findings = folder / f"findings{''.join(part)}.json"
    done = subprocess.run(
        [program, "--quiet", "--color", "0", "--warnings", "off", "--nodns", "none", "--ip", "127.0.0.1", *part,
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
    parts = PARTS + (SLOW if os.environ.get("APUS_SLOW") else ())
    with ThreadPoolExecutor(len(parts)) as pool:
        found = sum(pool.map(lambda part: scan(proxy.port, authority, tmp_path, part), parts), [])
    # Each part came to its end, and one of them talked with the application.
    names = {one["id"].split(" ")[0] for one in found}
    assert {"HSTS_time", "cipherlist_STRONG", "cert_chain_of_trust", "RC4"} <= names
    bad = [one for one in found if one["severity"] not in GOOD and one["id"].split(" ")[0] not in NOT_OURS]
    assert not bad, "\n".join(f"{one['severity']} {one['id']}: {one['finding']}" for one in bad)
