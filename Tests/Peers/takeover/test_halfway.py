"""One of the two ends, or falls silent, where it hurts: the test is the other one."""

import os
import random
import resource
import signal
import socket
import threading

import pytest

from harness.program import eventually

from .counterpart import Predecessor, Successor
from .family import Family, document
from .load import Load


@pytest.fixture
def predecessor(tmp_path):
    started = Predecessor(tmp_path / "takeover.sock")
    yield started
    started.close()


@pytest.fixture
def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


@pytest.fixture
def heirs(tmp_path, origin, predecessor):
    """Of a process that listens where the test does."""
    some = Family(
        tmp_path, document(origin.port, listeners=[{"name": "test", "address": predecessor.address}]))
    yield some
    some.stop()


@pytest.mark.parametrize("has_given", [False, True])
def test_the_running_one_is_killed_before_it_has_given_everything(heirs, predecessor, has_given):
    """Then nobody runs: it is a start like any other."""
    fresh = heirs.begin()
    channel = predecessor.accept()
    if has_given:
        channel.say("listener", "test", predecessor.address, sockets=[predecessor.ear])
    predecessor.close()
    channel.close()
    fresh.await_log("has ended before it had given all its sockets")
    fresh.await_log(" ready ")
    load = Load(fresh.port())
    eventually(lambda: load.served > 50, "it serves")
    assert load.end() == []
    assert "goes on" not in fresh.log
    heirs.succeed()


def test_the_running_one_is_told_to_end_meanwhile(tmp_path, origin, unused_port):
    """Somebody serves afterwards, at whatever moment that was."""
    chance = random.Random(1)
    for turn in range(20):
        directory = tmp_path / str(turn)
        directory.mkdir()
        some = Family(directory, document(
            origin.port, listeners=[{"name": "test", "address": f"127.0.0.1:{unused_port}"}]))
        try:
            before = some.start()
            fresh = some.begin()
            before.await_log("another process takes over")
            threading.Event().wait(chance.uniform(0, 0.004))  # any moment will do
            before.signal(signal.SIGTERM)
            assert before.wait() == 0
            fresh.await_log(" ready ")
            load = Load(unused_port)
            eventually(lambda: load.served > 5, "it serves")
            assert load.end() == []
        finally:
            some.stop()


def test_the_running_one_was_killed_and_has_its_sockets_still(heirs, predecessor):
    """They close one after the other."""
    predecessor.door.close()
    fresh = heirs.begin()
    fresh.await_log("an address is in use")
    predecessor.ear.close()
    fresh.await_log(" ready ")
    heirs.succeed()


def test_the_running_one_does_not_want_to_and_does_not_say_so(heirs, predecessor):
    fresh = heirs.begin()
    while fresh.is_running:
        try:
            predecessor.door.settimeout(0.1)
            predecessor.accept().close()
        except TimeoutError:
            continue
    assert fresh.wait() == 1
    assert "cannot be taken over, and goes on: it listens, and does not give its sockets" in fresh.log


def test_the_running_one_changes_its_mind(heirs, predecessor):
    """This one has taken so long that the other one goes on. Nobody was served here."""
    fresh = heirs.begin()
    channel = predecessor.offer()
    assert channel.hear()[0][0] == "taken"
    channel.say("go")
    channel.say("no", "too late")
    assert channel.hear()[0] == ["ready"]
    assert fresh.wait() == 1
    assert "goes on: too late" in fresh.log and " ready " not in fresh.log


def test_the_running_one_changes_its_mind_when_this_one_serves_already(heirs, predecessor):
    """It answers whom it has, and leaves."""
    fresh = heirs.begin()
    channel = predecessor.offer()
    assert channel.hear()[0][0] == "taken"
    assert channel.hear()[0] == ["ready"]
    channel.say("go")
    assert channel.hear()[0][0] == "serving"
    load = Load(fresh.port())
    eventually(lambda: load.served > 50, "it serves")
    load.end()
    channel.say("no", "too late")
    channel.close()
    assert fresh.wait() == 1
    assert "goes on, and this one ends" in fresh.log and "drained" in fresh.log
    # Whoever connects now is the other one's: its socket is as it was.
    with socket.create_connection(predecessor.ear.getsockname()):
        predecessor.ear.accept()[0].close()


def test_the_new_one_ends_after_it_was_told_to_go(family):
    some = family()
    running = some.members[0]
    load = Load(running.port())
    for turn in range(1, 4):
        heir = Successor(some.door)
        heir.take()
        heir.close()
        eventually(lambda: running.log.count("nothing was taken over") == turn, "it is noticed")
        served = load.served
        eventually(lambda: load.served > served + 100, "it goes on")
    assert load.end() == []
    some.succeed()


def restrict(member):
    """No further descriptor."""
    before = resource.prlimit(member.pid, resource.RLIMIT_NOFILE)
    present = {int(name) for name in os.listdir(f"/proc/{member.pid}/fd")}
    free = next(number for number in range(max(present) + 2) if number not in present)
    resource.prlimit(member.pid, resource.RLIMIT_NOFILE, (free, before[1]))
    return before


def test_out_of_descriptors_it_can_be_taken_over(family):
    """That is when somebody wants to."""
    some = family()
    restrict(some.members[0])
    some.succeed()


def test_who_asks_while_there_is_no_descriptor_is_heard_when_there_is_one(family):
    some = family()
    running = some.members[0]
    before = restrict(running)
    first = Successor(some.door)
    first.take()
    second = Successor(some.door)
    eventually(lambda: "no descriptor" in running.log, "it is told")
    resource.prlimit(running.pid, resource.RLIMIT_NOFILE, before)
    assert second.hear()[0] == ["no", "another process is taking over"]
    for one in (first, second):
        one.close()
    some.succeed()


@pytest.mark.parametrize("kind", ["file", "directory", "fifo"])
def test_a_path_that_is_no_socket(tmp_path, origin, kind):
    path = tmp_path / "takeover.sock"
    {"file": path.touch, "directory": path.mkdir, "fifo": lambda: os.mkfifo(path)}[kind]()
    some = Family(tmp_path, document(origin.port))
    member = some.begin()
    assert member.wait() == 1
    words = {"file": "a file that is no socket", "directory": "a directory", "fifo": "a FIFO"}[kind]
    assert f"takeover.sock: there is {words}" in member.log and "in use" not in member.log
    assert path.exists()
