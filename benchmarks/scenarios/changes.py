"""What a change of the mesh costs, and how soon it is there.

One endpoint of one service is another, in etcd, among 10,000 services of 10 endpoints: until each of many connections,
which are spread over four workers, gets its answers from the new one. The CPU time of a change, beside that of the same
among 10 services. And the 99th percentile of a request's time with the configuration's file replaced ten times a second,
beside that without.
"""

import contextlib
import http.client
import json
import os
import re
import socket
import statistics
import tempfile
import threading
import time

from harness import build, services
from harness.etcd import etcd
from harness.failure import Failure
from harness.load import wrk
from harness.measure import cpu_nanoseconds
from harness.named import two_origins
from harness.processes import running
from harness.scenario import Column, Scenario
from harness.stage import await_answer, free_port
from harness.turns import in_turn

LARGE, SMALL = 10_000, 10
"""Services."""
WORKERS, CONNECTIONS = 4, 48
ARRIVALS, CHANGES = 20, 200
REQUEST = b"GET / HTTP/1.1\r\nHost: bench.example\r\n\r\n"
RATE = 50
"""Changes a second while their CPU time is counted."""
RELOAD_INTERVAL = 0.1
LISTED_WITHIN = 120
"""Seconds."""


def run(peers, settings):
    ours = [peer for peer in peers if peer.name == "apus"]
    return in_turn("changes", ours, 1, lambda peer: measure(peer, settings))


def measure(peer, settings):
    large, small = changed(peer, settings, LARGE), changed(peer, settings, SMALL)
    return {
        "arrival_ms": large["arrival"], "latest_ms": large["latest"], "change_ms": large["cpu"],
        "small_ms": small["cpu"], **reloaded(peer, settings)}


# A change of an endpoint


def changed(peer, settings, count):
    with tempfile.TemporaryDirectory(prefix="apus-bench-") as directory, \
            etcd(directory, settings.load_core) as store, two_origins() as ports, contextlib.ExitStack() as stack:
        store.put_all(
            (f"/table/{service}/{endpoint}", f"{services.address(service, endpoint)}:8080")
            for service in range(count) for endpoint in range(services.ENDPOINTS))
        store.put("/watched/0", f"127.0.0.1:{ports[0]}")
        port, admin = free_port(), free_port()
        process = stack.enter_context(start(peer, settings, directory, {
            "workers": WORKERS, "admin": {"address": f"127.0.0.1:{admin}"},
            "listeners": [{"name": "public", "address": f"127.0.0.1:{port}"}],
            "routes": [{"name": "all", "rules": [{"backendRefs": [{"name": "watched"}]}]}],
            "services": [{"name": "watched", "etcd": {"prefix": "/watched/"}}] + [
                {"name": services.name(service), "etcd": {"prefix": f"/table/{service}/"}} for service in range(count)],
            "etcd": {"endpoints": [store.url]}, "timeouts": {"discovery": f"{LISTED_WITHIN}s"}}))
        await_ready(admin)
        opened = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(CONNECTIONS)]
        arrivals = [arrival(store, opened, ports[1 - turn % 2]) for turn in range(ARRIVALS)]
        for connection in opened:
            connection.close()
        before = cpu_nanoseconds(process)
        for turn in range(CHANGES):
            store.put(f"/table/{turn * 7 % count}/0", f"127.0.{turn % 250}.9:9090")
            time.sleep(1 / RATE)
        used = cpu_nanoseconds(process) - before
        return {
            "arrival": statistics.median(arrivals), "latest": max(arrivals), "cpu": used / CHANGES / 1e6}


def arrival(store, connections, port):
    """Milliseconds from before the change is written until the last of the connections is answered by the new endpoint."""
    wanted, started = str(port).encode(), time.monotonic()
    store.put("/watched/0", f"127.0.0.1:{port}")
    waiting = connections
    while waiting:
        if time.monotonic() - started > 10:
            raise Failure("a change has not arrived within ten seconds")
        # All at once, so that asking takes little of the time.
        for connection in waiting:
            connection.sendall(REQUEST)
        waiting = [connection for connection in waiting if answer(connection) != wanted]
    return (time.monotonic() - started) * 1000


def answer(connection):
    """The body."""
    got = b""
    while True:
        head, end, body = got.partition(b"\r\n\r\n")
        if end:
            length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
            if not head.startswith(b"HTTP/1.1 200 ") or not length:
                raise Failure(f"an answer that begins with {head[:12]} while an endpoint changed")
            if len(body) >= int(length[1]):
                return body
        piece = connection.recv(65536)
        if not piece:
            raise Failure("a connection was closed while an endpoint changed")
        got += piece


# A change of the file


def reloaded(peer, settings):
    with tempfile.TemporaryDirectory(prefix="apus-bench-") as directory, contextlib.ExitStack() as stack:
        values = {"port": free_port(), "admin": free_port(), "origin": free_port()}
        origin = build.compiled("origin/origin.c")
        stack.enter_context(running([origin, str(values["origin"])], settings.load_core, f"{directory}/origin.log"))
        document = json.loads(services.apus(100, values))
        document["routes"] = [{"name": "all", "rules": [{"backendRefs": [{"name": "bench"}]}]}]
        stack.enter_context(start(peer, settings, directory, document))
        await_answer(values["port"], peer.label, f"{directory}/proxy.log")
        wrk(values["port"], "/", 16, settings.warmup, settings.load_core)
        still = wrk(values["port"], "/", 16, settings.seconds, settings.load_core)
        with reloads(directory, document) as count:
            moved = wrk(values["port"], "/", 16, settings.seconds, settings.load_core)
        return {"still_p99": still.p99, "reloaded_p99": moved.p99, "reloads": count()}


@contextlib.contextmanager
def reloads(directory, document):
    """Replaces the file, as Kubernetes and editors do, until the block ends. Gives how often."""
    ends, counted = threading.Event(), []

    def replace():
        while not ends.wait(RELOAD_INTERVAL):
            counted.append(0)
            write(directory, {**document, "drain": f"{5 + len(counted) % 20}s"})

    thread = threading.Thread(target=replace)
    thread.start()
    try:
        yield lambda: len(counted)
    finally:
        ends.set()
        thread.join()


# Its process


def write(directory, document):
    with open(f"{directory}/fresh", "w") as file:
        json.dump(document, file)
    os.rename(f"{directory}/fresh", f"{directory}/apus.yaml")


def start(peer, settings, directory, document):
    write(directory, document)
    return running(
        [str(peer.binary), "run", "--config", f"{directory}/apus.yaml"], settings.proxy_core, f"{directory}/proxy.log")


def await_ready(admin):
    """Until all of the table is listed."""
    deadline = time.monotonic() + LISTED_WITHIN
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", admin, timeout=10)
            connection.request("GET", "/ready")
            response = connection.getresponse()
            if response.status == 200:
                return
        time.sleep(0.05)
    raise Failure("the table was not listed in time")


SCENARIO = Scenario(
    "changes", "Changes of 100,000 endpoints in 10,000 services",
    (
        Column("arrival_ms", "ms until it is everywhere", 1),
        Column("latest_ms", "at most", 1),
        Column("change_ms", "CPU ms a change", 2),
        Column("small_ms", "among 10 services", 2),
        Column("still_p99", "p99 ms without reloads", 2),
        Column("reloaded_p99", "with ten a second", 2),
        Column("reloads", "reloads"),
    ),
    run)
