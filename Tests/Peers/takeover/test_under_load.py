"""Nobody is refused, and no request is lost."""

import json
import os
import threading
import urllib.request

from harness.program import eventually

from .family import document
from .load import Load

TAKEOVERS = int(os.environ.get("TAKEOVERS", "20"))


def listeners(tmp_path):
    return [{"name": "test", "address": "127.0.0.1:0"}, {"name": "local", "address": f"unix:{tmp_path}/apus.sock"}]


class Probe:
    """Asks whether the process is ready, a connection each time, as a kubelet does."""

    def __init__(self, port):
        self.port, self.count, self.failures = port, 0, []
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.ends.wait(0.005):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ready", timeout=10) as answer:
                    assert json.loads(answer.read())["ready"]
                    self.count += 1
            except Exception as error:  # noqa: BLE001 (each is a finding)
                self.failures.append(repr(error))

    def end(self):
        self.ends.set()
        self.thread.join(20)
        assert self.count > 0
        return self.failures


def test_one_after_the_other(family, origin, tmp_path):
    """With another number of workers each time: no socket may be closed in whose queue somebody may stand."""
    some = family(workers=3, listeners=listeners(tmp_path))
    first = some.members[0]
    load, probe = Load(first.port(), tmp_path / "apus.sock"), Probe(first.admin_port)
    for turn in range(TAKEOVERS):
        served = load.served
        some.write(document(origin.port, workers=(1, 3, 2, 4)[turn % 4], listeners=listeners(tmp_path)))
        fresh = some.succeed()
        assert fresh.port() == first.port() and fresh.admin_port == first.admin_port
        eventually(lambda: load.served > served + 50, "it serves")
    assert load.end() == []
    assert probe.end() == []
    assert (tmp_path / "apus.sock").exists(), "the last one has the file"
    last = some.members[-1]
    last.process.terminate()
    assert last.wait() == 0
    assert not (tmp_path / "apus.sock").exists() and not some.door.exists()


def test_all_sockets_move(family):
    """Four workers' sockets are one worker's then: none is closed."""
    some = family(workers=4)
    before = some.members[0].descriptors()
    some.write({**json.loads(some.config.read_text()), "workers": 1})
    after = some.succeed().descriptors()
    # Four of the listener, the admin server's, and the one that takes this question.
    assert len(before & after) == 6


def test_a_listener_goes_and_another_comes(family, tmp_path, origin):
    """What goes on loses nothing, what has gone is refused, and what is new answers."""
    some = family(listeners=[{"name": "test", "address": "127.0.0.1:0"}, {"name": "gone", "address": "127.0.0.1:0"}])
    port, gone = (some.members[0].port(name) for name in ("test", "gone"))
    load = Load(port)
    some.write(document(origin.port, listeners=[
        {"name": "new", "address": "127.0.0.1:0"}, {"name": "test", "address": "127.0.0.1:0"}]))
    # The running one takes the change up as well, so its own list is another one by then.
    fresh = some.succeed()
    assert fresh.port() == port and fresh.port("new") not in (port, gone)
    other = Load(fresh.port("new"), each=1)
    eventually(lambda: other.served > 20, "the new listener serves")
    assert load.end() == [] and other.end() == []
    refused = Load(gone, each=1)
    eventually(lambda: all(client.failures for client in refused.clients), "nobody listens there")
    for client in refused.clients:
        client.end()
        assert client.served == 0


def test_the_access_log_has_every_request(family, tmp_path, origin):
    """Both write whole lines into one file."""
    log = {"path": str(tmp_path / "access.log"), "format": "json"}
    some = family(accessLog=log)
    load = Load(some.members[0].port())
    for _ in range(3):
        served = load.served
        some.succeed()
        eventually(lambda: load.served > served + 50, "it serves")
    assert load.end() == []
    last = some.members[-1]
    last.process.terminate()
    assert last.wait() == 0
    lines = [json.loads(line) for line in (tmp_path / "access.log").read_text().splitlines()]
    assert len(lines) == load.served
