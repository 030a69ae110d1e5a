"""Origins that live as long as the run, and a proxy in front of all of them."""

import threading

import pytest

from harness import mesh, proxies
from harness.origins.http1 import HTTP1Origin
from harness.origins.http2 import HTTP2Origin


@pytest.fixture(scope="session")
def http1_origin():
    origin = HTTP1Origin()
    yield origin
    origin.close()


@pytest.fixture(scope="session")
def http2_origin():
    origin = HTTP2Origin()
    yield origin
    origin.close()


@pytest.fixture(scope="session")
def origins(http1_origin, http2_origin):
    """By version."""
    return {1: http1_origin, 2: http2_origin}


@pytest.fixture
def start(tmp_path):
    """Starts proxies that end with the test."""
    started = []

    def begin(told):
        directory = tmp_path / f"proxy-{len(started)}"
        directory.mkdir()
        started.append(proxies.start(told, directory))
        return started[-1]

    yield begin
    for one in started:
        one.stop()


@pytest.fixture(scope="session")
def proxy(origins, tmp_path_factory):
    """In front of both origins: /h1/… goes to that of HTTP/1.1, /h2/… to that of HTTP/2."""
    started = proxies.start(mesh.Mesh(
        services=(
            mesh.Service("one", (origins[1].port,), "http1"),
            mesh.Service("two", (origins[2].port,), "h2")),
        routes=(mesh.Route("/h1", "one"), mesh.Route("/h2", "two")),
        settings={"timeouts": {"request": "60s"}},
    ), tmp_path_factory.mktemp("proxy"))
    yield started
    started.stop()


@pytest.fixture(autouse=True)
def no_thread_dies_unnoticed(monkeypatch):
    """A thread of an origin that fails makes the test fail."""
    failures = []
    monkeypatch.setattr(threading, "excepthook", lambda found: failures.append(found))
    yield
    assert not failures, f"a thread failed: {failures[0].exc_value!r}"


def pytest_terminal_summary(terminalreporter):
    """Says what tests have measured (`record_property`), in whichever process they ran."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, value in getattr(report, "user_properties", ()):
            terminalreporter.write_line(f"  {name}: {value}")
