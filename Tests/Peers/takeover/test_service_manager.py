"""What a service manager such as systemd hears (sd_notify(3)), and who is the unit's main process."""

import signal
import socket
import uuid

import pytest


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


def test_the_new_process_is_the_main_one(family, manager):
    some = family()
    assert words(manager) == ["READY=1"]
    fresh = some.succeed()
    # From whom one is heard first is chance: either may be the only one who is listened to.
    heard = sorted([words(manager), words(manager)])
    assert heard == [[f"MAINPID={fresh.pid}"], [f"MAINPID={fresh.pid}", "READY=1"]]
    fresh.signal(signal.SIGTERM)
    assert fresh.wait() == 0
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
