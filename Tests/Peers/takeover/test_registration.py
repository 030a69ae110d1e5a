"""The key in etcd never goes while one process takes over from another."""

import json
import threading

import pytest

from harness.etcd import Etcd
from harness.program import eventually

from .family import document

KEY = "/services/checkout/me"


@pytest.fixture
def etcd(tmp_path):
    started = Etcd(tmp_path)
    yield started
    started.stop()


def registering(origin, etcd, key=KEY):
    return {"etcd": {
        "endpoints": [etcd.url], "register": {"key": key, "address": "127.0.0.1:8080", "ttl": "2s"}}}


class Watcher:
    def __init__(self, etcd):
        self.etcd, self.absent, self.ends = etcd, 0, threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.ends.wait(0.01):
            self.absent += self.etcd.get(KEY) is None

    def end(self):
        self.ends.set()
        self.thread.join(20)
        return self.absent


def lease(etcd):
    import base64
    found = etcd.ask("range", key=base64.b64encode(KEY.encode()).decode()).get("kvs")
    return found and found[0].get("lease")


def test_the_key_stays(family, origin, etcd):
    some = family(**registering(origin, etcd))
    eventually(lambda: etcd.get(KEY), "it is announced")
    watcher = Watcher(etcd)
    for _ in range(3):
        before = lease(etcd)
        some.succeed()
        eventually(lambda: lease(etcd) != before, "the key is the new one's")
        assert "withdrawn" not in some.members[-2].log
    # Longer than a lease of one that has ended.
    some.members[-1].await_log("registered in etcd")
    ended = lease(etcd)
    threading.Event().wait(3)
    assert lease(etcd) == ended
    assert watcher.end() == 0


def test_the_last_good_table_is_one_process_s_at_a_time(family, origin, etcd, tmp_path):
    """Both write beside it and move: at the same time they would spoil each other's."""
    etcd.put("/services/found/a", f"127.0.0.1:{origin.port}")
    table = tmp_path / "table.json"
    further = {"etcd": {"endpoints": [etcd.url]}, "lastGood": str(table)}
    further["services"] = [{"name": "origin", "etcd": {"prefix": "/services/found/"}}]
    some = family(**further)
    for turn in range(5):
        eventually(lambda: table.exists() and json.loads(table.read_text()), "it is written")
        etcd.put(f"/services/found/{turn}", f"127.0.0.1:{origin.port}")
        some.succeed()
    last = some.members[-1]
    last.process.terminate()
    assert last.wait() == 0
    assert str(origin.port) in table.read_text() and not (tmp_path / "table.json.new").exists()


def test_another_key_goes_first(family, origin, etcd):
    """What the new one does not announce the old one takes back."""
    some = family(**registering(origin, etcd))
    eventually(lambda: etcd.get(KEY), "it is announced")
    other = "/services/checkout/other"
    some.write(document(origin.port, accessLog={"path": "off"}, **registering(origin, etcd, other)))
    eventually(lambda: json.loads(etcd.get(other) or "{}"), "the running one has taken the change up")
    some.write(document(origin.port))
    some.succeed()
    eventually(lambda: etcd.get(other) is None, "it was taken back")
