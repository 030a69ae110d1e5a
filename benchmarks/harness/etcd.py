"""Debian's etcd, one member with nothing in it, and a client for its JSON gateway."""

import base64
import contextlib
import http.client
import json
import shutil
import time

from .failure import Failure
from .processes import running
from .stage import free_port

MOST_OPERATIONS = 128
"""Of one transaction, as etcd has it (--max-txn-ops)."""


class Etcd:
    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def put(self, key, value):
        self.ask("put", encoded(key, value))

    def put_all(self, pairs):
        pairs = list(pairs)
        for start in range(0, len(pairs), MOST_OPERATIONS):
            some = pairs[start:start + MOST_OPERATIONS]
            self.ask("txn", {"success": [{"requestPut": encoded(key, value)} for key, value in some]})

    def ask(self, method, body):
        self.connection.request("POST", f"/v3/kv/{method}", json.dumps(body))
        answer = self.connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise Failure(f"etcd said {answer.status}: {said[:200]!r}")


@contextlib.contextmanager
def etcd(directory, core):
    binary = shutil.which("etcd")
    if not binary:
        raise Failure("etcd is not installed (scripts/install-tools.sh bench)")
    port, peer = free_port(), free_port()
    own, others = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peer}"
    command = [
        binary, "--name", "one", "--data-dir", f"{directory}/etcd", "--listen-client-urls", own,
        "--advertise-client-urls", own, "--listen-peer-urls", others, "--initial-advertise-peer-urls", others,
        "--initial-cluster", f"one={others}"]
    with running(command, core, f"{directory}/etcd.log"):
        yield answering(port)


def answering(port):
    """Once it does, within twenty seconds."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, Failure):
            started = Etcd(port)
            started.put("/ready", "yes")
            return started
        time.sleep(0.05)
    raise Failure("etcd does not answer")


def encoded(key, value):
    return {"key": base64.b64encode(key.encode()).decode(), "value": base64.b64encode(value.encode()).decode()}
