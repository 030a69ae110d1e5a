"""What a service manager such as systemd hears (sd_notify(3)), and who is the unit's main process."""

import signal
import socket
import time
import uuid

import pytest

from .family import document

DRAIN = 10
GRACE = 5
"""Seconds: what the first is in `document`, and how long the manager is to wait beyond it."""


@pytest.fixture(params=["file", "abstract"])
def manager(tmp_path, request, monkeypatch):
    name = str(tmp_path / "notify.sock") if request.param == "file" else f"@apus-{uuid.uuid4()}"
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(name.replace("@", "\0"))
    heard.settimeout(20)
    monkeypatch.setenv("NOTIFY_SOCKET", name)
    yield heard
    heard.close()


def words(manager):
    return manager.recv(4096).decode().split("\n")


def extension(seconds):
    return f"EXTEND_TIMEOUT_USEC={seconds * 1_000_000}"


def microseconds():
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000


def reload_is_told(manager, since):
    """When it began, by the clock that the manager goes by, and that it is over."""
    first, second = words(manager)
    name, _, told = second.partition("=")
    assert (first, name) == ("RELOADING=1", "MONOTONIC_USEC")
    assert since <= int(told) <= microseconds()
    assert words(manager) == ["READY=1"]


def test_the_new_process_is_the_main_one(family, manager):
    some = family()
    assert words(manager) == ["READY=1"]
    fresh = some.succeed()
    # From whom one is heard first is chance: either may be the only one who is listened to.
    heard = sorted([words(manager), words(manager)])
    assert heard == [[f"MAINPID={fresh.pid}"], [f"MAINPID={fresh.pid}", "READY=1"]]
    fresh.signal(signal.SIGTERM)
    assert fresh.wait() == 0
    assert words(manager) == ["STOPPING=1", extension(DRAIN + GRACE)]


def test_a_reload_is_told(family, manager, origin):
    """As `Type=notify-reload` wants it: by a signal, and by itself where the file changes; refused or not."""
    some = family()
    member = some.members[0]
    assert words(manager) == ["READY=1"]
    since = microseconds()
    member.signal(signal.SIGHUP)
    reload_is_told(manager, since)
    since = microseconds()
    some.write(document(origin.port, workers=1, drain="11s"))
    reload_is_told(manager, since)
    member.await_log("configuration loaded anew")
    since = microseconds()
    some.config.write_text("listeners: 7\n")
    reload_is_told(manager, since)
    member.await_log("the configuration cannot be used")
    since = microseconds()
    member.signal(signal.SIGHUP)
    reload_is_told(manager, since)
    member.signal(signal.SIGTERM)
    assert words(manager) == ["STOPPING=1", extension(11 + GRACE)]


def test_each_part_of_a_drain_is_waited_for(family, manager):
    """What comes in drains first, and what the application calls for as long again."""
    some = family(listeners=[
        {"name": "test", "address": "127.0.0.1:0"},
        {"name": "out", "address": "127.0.0.1:0", "direction": "outbound"}])
    assert words(manager) == ["READY=1"]
    some.members[0].signal(signal.SIGTERM)
    assert words(manager) == ["STOPPING=1", extension(DRAIN + GRACE)]
    assert words(manager) == [extension(DRAIN + GRACE)]
    assert some.members[0].wait() == 0


def test_no_drain_is_not_waited_for(family, manager):
    some = family(drain="0s")
    assert words(manager) == ["READY=1"]
    some.members[0].signal(signal.SIGTERM)
    assert words(manager) == ["STOPPING=1"]


def test_a_manager_that_does_not_listen(family, manager):
    """It is told of, once, and changes nothing."""
    manager.close()
    some = family()
    some.members[0].await_log("the service manager cannot be told")
    some.succeed()
    assert some.members[0].log.count("cannot be told") == 1


@pytest.mark.parametrize("name", ["", "relative", "vsock:2:1234", "@" + "x" * 200])
def test_a_name_that_is_none(family, monkeypatch, name):
    monkeypatch.setenv("NOTIFY_SOCKET", name)
    some = family()
    assert ("cannot be told" in some.members[0].log) == bool(name)
