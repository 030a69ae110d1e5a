"""Chromium, headless: its own fetch, its own preflights, a page of another origin than the proxy."""

import http.server
import json
import queue
import shutil
import threading
from pathlib import Path

from grpc_web.conftest import told
from harness import proxies
from harness.origins.grpc_server import GRPCServer
from harness.program import Program

PATIENCE = 90.0


class Page(http.server.BaseHTTPRequestHandler):
    results = queue.Queue()

    def do_GET(self):
        content = (Path(__file__).parent / "page.html").read_bytes() if self.path.startswith("/page") else b""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self):
        self.results.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def test_a_page_calls_a_grpc_service(tmp_path):
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{site.server_port}"
    server = GRPCServer()
    proxy = proxies.start(told(server, [origin]), tmp_path)
    chromium = shutil.which("chromium")
    assert chromium, "chromium is not installed (scripts/install-tools.sh browser)"
    browser = Program([
        chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        f"--user-data-dir={tmp_path}/profile", f"{origin}/page?proxy=http://127.0.0.1:{proxy.port}"], tmp_path, "chromium")
    try:
        result = Page.results.get(timeout=PATIENCE)
    finally:
        browser.stop()
        proxy.stop()
        server.close()
        site.shutdown()
    assert "failure" not in result, result
    for name in ("unary", "text"):
        assert (result[name]["first"], result[name]["trailers"]["grpc-status"]) == ("from a page", "0"), result[name]
    for name, count, size in (("stream", 1000, 500), ("textStream", 300, 100)):
        assert (result[name]["messages"], result[name]["bytes"]) == (count, count * size), result[name]
        assert result[name]["trailers"]["grpc-status"] == "0"
    assert result["error"]["trailers"]["grpc-status"] == "5"
    assert result["metadata"]["own"] == "value"
    assert result["refused"] == "refused", "the preflight forbids what the configuration does not allow"
