"""Debian's etcd, one member on ports of its own, with its data kept over restarts."""

import base64
import json
import re
import signal
import socket
import urllib.error
import urllib.request

from .program import Program, eventually


def free_ports(count):
    """Ports that were free a moment ago."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Etcd:
    def __init__(self, directory, *further):
        self.directory, self.further = directory, further
        self.client_port, self.peer_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self.client_port}"
        self.program = None
        self.start()

    def start(self):
        peer = f"http://127.0.0.1:{self.peer_port}"
        self.program = Program(
            ["etcd", "--name", "one", "--data-dir", self.directory / "etcd-data",
             "--listen-client-urls", self.url, "--advertise-client-urls", self.url,
             "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
             "--initial-cluster", f"one={peer}", *self.further], self.directory, "etcd")
        eventually(self.is_healthy, "etcd answers")

    def kill(self):
        self.program.signal(signal.SIGKILL)
        self.program.wait()

    def stop(self):
        self.program.stop()

    def is_healthy(self):
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=1) as answer:
                return b"true" in answer.read()
        except (OSError, urllib.error.URLError):
            return False

    def put(self, key, value):
        """Its revision, as that of the next one."""
        return int(self.ask("put", key=encoded(key), value=encoded(value))["header"]["revision"])

    def delete(self, key):
        return int(self.ask("deleterange", key=encoded(key))["header"]["revision"])

    def get(self, key):
        """Its value; None where there is no such key."""
        found = self.pair(key)
        return base64.b64decode(found["value"]).decode() if found else None

    def pair(self, key):
        """All that is known of a key, as the gateway has it; None where there is no such key."""
        found = self.ask("range", key=encoded(key)).get("kvs")
        return found and found[0]

    def revision(self):
        """Of the last change of any key."""
        return int(self.ask("range", key=encoded("/"))["header"]["revision"])

    def compact(self):
        """Nobody can go on from what was before the last change."""
        self.ask("compaction", revision=self.revision(), physical=True)

    def lists(self):
        """How often somebody has asked for keys, we among them."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=10) as answer:
            return int(re.search(r"^etcd_debugging_mvcc_range_total (\d+)", answer.read().decode(), re.MULTILINE)[1])

    def leases(self):
        """How many there are."""
        return len(self.ask("lease/leases", service="").get("leases", ()))

    def ask(self, method, service="kv/", **body):
        request = urllib.request.Request(
            f"{self.url}/v3/{service}{method}", json.dumps(body).encode(), {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())


def encoded(text):
    return base64.b64encode(text.encode()).decode()
