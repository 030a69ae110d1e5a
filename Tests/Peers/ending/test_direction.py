"""The application beside a sidecar answers what it was asked, and calls others for that, while the pod ends."""

import re
import signal
import socket

import pytest

from harness import mesh
from harness.clients.http2 import HTTP2Client
from harness.origins.http1 import HTTP1Origin
from harness.program import eventually

LISTENERS = [
    {"name": "test", "address": "127.0.0.1:0"},
    {"name": "out", "address": "127.0.0.1:0", "direction": "outbound"}]


@pytest.fixture
def sidecar(start):
    origin = HTTP1Origin()
    proxy = start(mesh.one_service(origin.port, listeners=LISTENERS, drain="20s"))
    proxy.outbound = int(re.search(r"listening name=out address=127\.0\.0\.1:(\d+)", proxy.log)[1])
    yield proxy, origin
    origin.close()


def is_refused(port):
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except ConnectionRefusedError:
        return True
    return False


def call(port):
    client = HTTP2Client(port)
    try:
        return client.answer(client.request(path="/x/plain")).status
    finally:
        client.close()


def test_calls_work_until_the_last_answer(sidecar):
    proxy, origin = sidecar
    asking, calling = HTTP2Client(proxy.port), HTTP2Client(proxy.outbound)
    held = asking.request(path="/x/hold/1")
    origin.await_note("held", lambda path: path == "/hold/1")
    proxy.signal(signal.SIGTERM)
    eventually(lambda: is_refused(proxy.port), "nobody is let in")
    # Over the connection that is there, and over new ones.
    for _ in range(20):
        assert calling.answer(calling.request(path="/x/plain")).status == 200
        assert call(proxy.outbound) == 200
    assert not calling.goaways and proxy.is_running
    assert "has drained" not in proxy.log
    origin.gate("/hold/1").set()
    assert asking.answer(held).body == b"held\n"
    asking.until(lambda: asking.closed)
    calling.until(lambda: calling.closed)
    assert calling.goaways[-1][1] == 0
    assert proxy.wait() == 0
    assert proxy.log.index("what comes in has drained") < proxy.log.index(" drained")


def test_an_answer_that_does_not_come(start):
    """Its time is up: then the rest has a time of its own, and what is under way there is finished."""
    origin = HTTP1Origin()
    proxy = start(mesh.one_service(origin.port, listeners=LISTENERS, drain="1s"))
    outbound = int(re.search(r"listening name=out address=127\.0\.0\.1:(\d+)", proxy.log)[1])
    asking = HTTP2Client(proxy.port)
    asking.request(path="/x/hold/1")
    origin.await_note("held", lambda path: path == "/hold/1")
    proxy.signal(signal.SIGTERM)
    assert call(outbound) == 200
    proxy.await_log("time is up for what comes in")
    assert proxy.wait() == 0
    assert "time is up, cutting off" in proxy.log
    origin.gate("/hold/1").set()
    origin.close()


def test_without_outbound_listeners_there_is_one_drain(start):
    origin = HTTP1Origin()
    proxy = start(mesh.one_service(origin.port))
    proxy.signal(signal.SIGTERM)
    assert proxy.wait() == 0
    assert "what comes in" not in proxy.log
    origin.close()
