"""curl, nghttp, nghttpd and h2load."""

import re
import shutil

import pytest

from harness import bodies, mesh, tools
from harness.program import Program, eventually
from harness.proxies.ports import free_port, is_listening


@pytest.fixture(scope="module")
def nghttpd(tmp_path_factory):
    """An origin that serves files over HTTP/2; its port."""
    root = tmp_path_factory.mktemp("nghttpd")
    (root / "small").write_bytes(b"from nghttpd\n")
    (root / "large").write_bytes(bodies.body(5_000_000))
    port = free_port()
    program = Program(
        [shutil.which("nghttpd"), "--no-tls", "--address=127.0.0.1", f"--htdocs={root}", "--trailer=x-after: 1", port],
        root, "nghttpd")
    eventually(lambda: is_listening(port), "nghttpd listens")
    yield port
    program.stop()


@pytest.mark.parametrize("origin", [1, 2])
@pytest.mark.parametrize("flags, version", [
    (["--http1.1"], "1.1"), (["--http2-prior-knowledge"], "2"), (["--http2"], "1.1"), (["--http1.0"], "1.1")],
    ids=["http1", "prior-knowledge", "upgrade-h2c-is-left-aside", "http1.0"])
def test_curl(proxy, origin, flags, version):
    said = tools.run(
        "curl", "--silent", *flags, "--write-out", "\n%{http_version} %{http_code}",
        f"http://127.0.0.1:{proxy.port}/h{origin}/plain").decode()
    body, _, end = said.rpartition("\n")
    assert body == "hello\n"
    assert end in (f"{version} 200", "1.0 200" if "--http1.0" in flags else "")


@pytest.mark.parametrize("origin", [1, 2])
def test_curl_uploads_and_downloads(proxy, origin, tmp_path):
    content = bodies.body(20_000_000)
    (tmp_path / "up").write_bytes(content)
    tools.run(
        "curl", "--silent", "--fail", "--http2-prior-knowledge", "--data-binary", f"@{tmp_path}/up", "--output",
        f"{tmp_path}/down", f"http://127.0.0.1:{proxy.port}/h{origin}/echo")
    assert bodies.digest((tmp_path / "down").read_bytes()) == bodies.digest(content)


@pytest.mark.parametrize("origin", [1, 2])
def test_curl_reads_trailers(proxy, origin):
    said = tools.run(
        "curl", "--silent", "--include", "--http2-prior-knowledge", "--header", "te: trailers",
        f"http://127.0.0.1:{proxy.port}/h{origin}/trailers").decode()
    assert re.search(r"body\r?\n?x-after: 1", said)


@pytest.mark.parametrize("origin", [1, 2])
def test_nghttp(proxy, origin):
    """Many requests on one connection, with padding and continuations."""
    paths = [f"http://127.0.0.1:{proxy.port}/h{origin}/counted/{count}" for count in (0, 1, 1000, 200_000)]
    said = tools.run("nghttp", "--null-out", "--stat", "--padding=200", "--continuation", *paths).decode()
    assert len(re.findall(r"\b200\s+\S+\s+/h", said)) == 4


@pytest.mark.parametrize("name, length", [("small", 13), ("large", 5_000_000)])
@pytest.mark.parametrize("flags", [["--http1.1"], ["--http2-prior-knowledge"]], ids=["1to2", "2to2"])
def test_nghttpd(start, nghttpd, flags, name, length):
    proxy = start(mesh.one_service(nghttpd, "h2"))
    body = tools.run("curl", "--silent", "--fail", *flags, f"http://127.0.0.1:{proxy.port}/{name}")
    assert len(body) == length
    assert name == "small" or bodies.digest(body) == bodies.digest(bodies.body(length))


@pytest.mark.parametrize("flags", [["--h1"], []], ids=["from1", "from2"])
@pytest.mark.parametrize("count", [100, 30_000])
def test_h2load_to_nghttpd(start, nghttpd, flags, count):
    """Load: not one request may fail."""
    proxy = start(mesh.one_service(nghttpd, "h2"))
    requests(tools.run(
        "h2load", *flags, "--clients=8", "--requests", count, *([] if flags else ["--max-concurrent-streams=16"]),
        f"http://127.0.0.1:{proxy.port}/small"), count)


@pytest.mark.parametrize("flags", [["--h1"], []], ids=["from1", "from2"])
@pytest.mark.parametrize("origin", [1, 2])
def test_h2load(proxy, flags, origin):
    requests(tools.run(
        "h2load", *flags, "--clients=4", "--requests=2000", *([] if flags else ["--max-concurrent-streams=8"]),
        f"http://127.0.0.1:{proxy.port}/h{origin}/plain"), 2000)


def requests(said, count):
    assert f"{count} total, {count} started, {count} done, {count} succeeded, 0 failed" in said.decode(), said.decode()
