"""A new process that does not make it leaves the running one as it was."""

import json
import signal
import socket

from harness.etcd import Etcd
from harness.program import eventually

from .family import document
from .load import Load


def waits(origin):
    """A configuration whose sources do not answer for long."""
    silent = socket.create_server(("127.0.0.1", 0))
    further = {
        "services": [{"name": "origin", "etcd": {"prefix": "/services/origin/"}}],
        "etcd": {"endpoints": [f"http://127.0.0.1:{silent.getsockname()[1]}"]}, "timeouts": {"discovery": "1h"}}
    return silent, document(origin.port, **further)


def test_a_bad_configuration(family, tmp_path):
    some = family()
    load = Load(some.members[0].port())
    bad = tmp_path / "bad.yaml"
    bad.write_text("listeners: 7\n")
    assert some.begin(config=bad).wait() == 1
    assert "takes over" not in some.members[0].log, "it is not even asked"
    assert load.end() == []
    assert some.members[0].is_running


def test_an_address_that_is_in_use(family, tmp_path, origin):
    some = family()
    running = some.members[0]
    taken = socket.create_server(("127.0.0.1", 0))
    load = Load(running.port())
    other = document(origin.port)
    other["listeners"].append({"name": "taken", "address": f"127.0.0.1:{taken.getsockname()[1]}"})
    other_file = tmp_path / "other.yaml"
    other_file.write_text(json.dumps(other))
    assert some.begin(config=other_file).wait() == 1
    running.await_log("nothing was taken over: this process goes on")
    served = load.served
    eventually(lambda: load.served > served + 100, "it goes on")
    assert load.end() == []
    assert running.is_running


def test_a_crash_in_the_middle(family, tmp_path, origin):
    """It has bound everything, with more workers, and waits for its sources. Who connects meanwhile is not its own."""
    some = family(listeners=[
        {"name": "test", "address": "127.0.0.1:0"}, {"name": "local", "address": f"unix:{tmp_path}/apus.sock"}])
    running = some.members[0]
    load = Load(running.port(), tmp_path / "apus.sock")
    silent, other = waits(origin)
    other.update(workers=4, listeners=[
        {"name": "test", "address": "127.0.0.1:0"}, {"name": "local", "address": f"unix:{tmp_path}/apus.sock"}])
    slow = tmp_path / "slow.yaml"
    slow.write_text(json.dumps(other))
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
        fresh = some.begin(config=slow)
        fresh.await_log("waiting for the sources")
        served = load.served
        eventually(lambda: load.served > served + 100, "the running one serves")
        fresh.signal(number)
        assert fresh.wait() == (0 if number == signal.SIGTERM else -number)
        eventually(lambda: running.log.count("nothing was taken over") == len(some.members) - 1, "it is noticed")
        served = load.served
        eventually(lambda: load.served > served + 100, "and it goes on")
    assert load.end() == []
    assert (tmp_path / "apus.sock").exists() and some.door.exists()
    # It can be taken over as if nothing had been.
    some.members = [running]
    some.succeed()
    silent.close()


def test_the_running_one_is_ended_in_the_middle(family, tmp_path, origin):
    """Then the new one goes on alone, and who waits in a queue is served."""
    some = family(listeners=[{"name": "test", "address": "127.0.0.1:0"}])
    running = some.members[0]
    port = running.port()
    other = document(origin.port, timeouts={"discovery": "2s"}, etcd={"endpoints": ["http://127.0.0.1:1"]})
    other["services"].append({"name": "late", "etcd": {"prefix": "/services/late/"}})
    other["routes"].append({"name": "late", "hostnames": ["late"], "rules": [{"backendRefs": [{"name": "late"}]}]})
    slow = tmp_path / "slow.yaml"
    slow.write_text(json.dumps(other))
    fresh = some.begin(config=slow)
    fresh.await_log("waiting for the sources")
    load = Load(port)
    running.signal(signal.SIGTERM)
    assert running.wait() == 0
    fresh.await_log("has ended by itself")
    eventually(lambda: load.served > 100, "the new one serves")
    assert load.end() == []
    # And it can be asked for its sockets.
    some.succeed()


def test_a_change_of_the_file_waits(family, tmp_path, origin):
    """Listeners must not change while another process holds them. Afterwards the change counts."""
    some = family()
    running = some.members[0]
    silent, other = waits(origin)
    slow = tmp_path / "slow.yaml"
    slow.write_text(json.dumps(other))
    fresh = some.begin(config=slow)
    fresh.await_log("waiting for the sources")
    some.write(document(origin.port, listeners=[{"name": "another", "address": "127.0.0.1:0"}]))
    running.signal(signal.SIGHUP)
    running.await_log("being taken over")
    assert "name=another" not in running.log
    fresh.signal(signal.SIGKILL)
    fresh.wait()
    running.port("another")
    silent.close()


def test_another_one_is_told_to_wait(family, tmp_path, origin):
    some = family()
    silent, other = waits(origin)
    slow = tmp_path / "slow.yaml"
    slow.write_text(json.dumps(other))
    some.begin(config=slow).await_log("waiting for the sources")
    third = some.begin()
    assert third.wait() == 1
    assert "another process is taking over" in third.log
    silent.close()


def test_what_it_does_not_know_where_endpoints_are(family, tmp_path, origin):
    """The running one knows them still. Once its source answers, it may take over."""
    etcd = Etcd(tmp_path)
    etcd.put("/services/origin/a", f"127.0.0.1:{origin.port}")
    some = family(
        services=[{"name": "origin", "etcd": {"prefix": "/services/origin/"}}],
        etcd={"endpoints": [etcd.url]}, timeouts={"discovery": "2s"})
    running = some.members[0]
    load = Load(running.port())
    etcd.kill()
    fresh = some.begin()
    assert fresh.wait() == 1
    assert "is not taken over, and goes on: no endpoints are known of etcd /services/origin/" in fresh.log
    running.await_log("nothing was taken over: this process goes on")
    etcd.start()
    some.members = [running]
    some.succeed()
    assert load.end() == []
    etcd.stop()
