"""Sets the stage: an origin on the load's core and one proxy in front of it on its own, both fresh."""

import contextlib
import functools
import itertools
import os
import resource
import socket
import ssl
import tempfile
import time
from dataclasses import dataclass

from . import build, certificates
from .failure import Failure
from .processes import running

ports = itertools.count(20000)
"""Below the range of ephemeral ports, and never the same twice in a run."""

OWN_DESCRIPTORS = 400
"""What a proxy may need beside its connections: listeners, pipes, files."""


@dataclass(frozen=True)
class Proxy:
    process: int
    port: int
    ready_seconds: float
    """From just before it was started to its first answer from the origin."""


def descriptors_for(connections):
    """How many a proxy needs that holds so many connections: each takes up to two, and it has some of its own."""
    return 2 * connections + OWN_DESCRIPTORS


def most_connections():
    """How many a proxy can hold with the descriptors that it may have."""
    return (resource.getrlimit(resource.RLIMIT_NOFILE)[0] - OWN_DESCRIPTORS) // 2


def most_clients():
    """The same where many of them share a connection to the origin: a tenth of all is set aside for those."""
    return (resource.getrlimit(resource.RLIMIT_NOFILE)[0] - OWN_DESCRIPTORS) * 10 // 11


@contextlib.contextmanager
def proxy_in_front(peer, settings, environment=None, connections=None, versions=(1, 1), tls=()):
    """`connections`: how many the proxy is configured to take; as many as it can where nothing is said. `versions`: of
    HTTP, between the client and the proxy and between the proxy and the origin. `tls`: see `Peer.secure`."""
    downstream, upstream = versions
    connections = connections or most_connections()
    with tempfile.TemporaryDirectory(prefix="apus-bench-") as directory, contextlib.ExitStack() as stack:
        os.chmod(directory, 0o755)  # nginx's workers are another user than its master
        origin = free_port()
        program = build.compiled("origin/origin_h2.c", "-lnghttp2") if upstream == 2 else build.compiled("origin/origin.c")
        stack.enter_context(running([program, str(origin)], settings.load_core, f"{directory}/origin.log"))
        await_answer(origin, "the origin", f"{directory}/origin.log", upstream)

        values = {
            "port": free_port(), "admin": free_port(), "origin": origin, "directory": directory,
            "tls": tls, "keys": certificates.made() if tls else "", "downstream": downstream, "upstream": upstream, "connections": connections, "descriptors": descriptors_for(connections)}
        command, log = peer.command(values), f"{directory}/proxy.log"
        started = time.monotonic()
        process = stack.enter_context(running(command, settings.proxy_core, log, environment))
        await_answer(values["port"], peer.label, log, downstream, tls)
        yield Proxy(process, values["port"], time.monotonic() - started)


@contextlib.contextmanager
def chain_in_front(peer, settings):
    """Two proxies of a kind, as two sidecars stand between two services: plain HTTP to the first, mutual TLS to the second,
    plain HTTP to the origin."""
    with proxy_in_front(peer, settings, tls=("mutual",)) as inner, \
            tempfile.TemporaryDirectory(prefix="apus-bench-") as directory, contextlib.ExitStack() as stack:
        os.chmod(directory, 0o755)
        connections = most_connections()
        values = {
            "port": free_port(), "admin": free_port(), "origin": inner.port, "directory": directory, "tls": ("upstream",),
            "keys": certificates.made(), "downstream": 1, "upstream": 1, "connections": connections,
            "descriptors": descriptors_for(connections)}
        command, log = peer.command(values), f"{directory}/proxy.log"
        process = stack.enter_context(running(command, settings.proxy_core, log))
        await_answer(values["port"], f"{peer.label}, the first of two", log)
        yield Proxy(process, values["port"], 0), inner


def free_port():
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port


ASKING = {
    1: (b"GET / HTTP/1.1\r\nHost: bench\r\n\r\n", b"HTTP/1.1 200 "),
    # The preface, SETTINGS, HEADERS of a GET; the answer's block begins with 200 of the static table.
    2: (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" b"\0\0\0\4\0\0\0\0\0" b"\0\0\x0a\1\5\0\0\0\1\x82\x86\x84\x41\5bench",
        b"\x88"),
}


def connect(port, tls, timeout=1):
    """A client's connection."""
    plain = socket.create_connection(("127.0.0.1", port), timeout)
    return client_context("mutual" in tls).wrap_socket(plain, server_hostname=certificates.NAME) if tls else plain


@functools.cache
def client_context(shows):
    context = ssl.create_default_context(cafile=certificates.made() / "ca.crt")
    if shows:
        context.load_cert_chain(certificates.made() / "client.crt", certificates.made() / "client.key")
    return context


def await_answer(port, name, log, version=1, tls=()):
    """Asks until the answer is 200, for ten seconds at most."""
    question, sign = ASKING[version]
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            with connect(port, tls) as connection:
                connection.sendall(question)
                received = b""
                while piece := connection.recv(65536):
                    received += piece
                    if sign in received:
                        return
        time.sleep(0.0002)
    with open(log, errors="replace") as lines:
        raise Failure(f"{name} gave no answer; its log ends: {lines.read()[-400:].strip()!r}")
