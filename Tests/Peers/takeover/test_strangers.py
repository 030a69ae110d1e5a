"""What others say to the socket is harmless."""

import array
import os
import random
import socket
import stat

import pytest

from harness.program import eventually

from .load import Load

HELLO = b"apus-takeover\0%d\0test\0%d"


def dial(some):
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    # Waits where the queue is full.
    connection.connect(str(some.door))
    connection.settimeout(20)
    return connection


def received(connection):
    """Packets until the other end closes, and the descriptors that came with them."""
    packets, descriptors = [], []
    while True:
        packet, control, _, _ = connection.recvmsg(65536, 4096)
        if not packet:
            return packets, descriptors
        packets.append(packet)
        for _, _, content in control:
            descriptors += array.array("i", content[:len(content) // 4 * 4])


def goes_on(some):
    load = Load(some.members[0].port(), each=1)
    eventually(lambda: load.served > 50, "it serves")
    assert load.end() == []
    some.succeed()


def test_only_its_user_may_ask(family):
    some = family()
    status = os.stat(some.door)
    assert stat.S_IMODE(status.st_mode) == 0o600 and status.st_uid == os.geteuid()
    goes_on(some)


@pytest.mark.parametrize("said", [
    b"GET / HTTP/1.1\r\n\r\n", b"\0", b"\xff" * 60_000, b"apus-takeover", b"apus-takeover\0x\0y\0z",
    b"ready", b"serving\0" + b"0", b"taken\0" + b"0\0admin", HELLO % (1, 0), HELLO % (-1, 5)])
def test_what_makes_no_sense_gets_nothing(family, said):
    some = family()
    with dial(some) as connection:
        connection.send(said)
        packets, descriptors = received(connection)
        assert descriptors == [] and [packet[:3] for packet in packets] == [b"no\0"]
    goes_on(some)


def test_another_version_is_told_so(family):
    some = family()
    with dial(some) as connection:
        connection.send(HELLO % (2, 5))
        packets, descriptors = received(connection)
        assert descriptors == [] and b"protocol 1, not in 2" in packets[0]
    goes_on(some)


@pytest.mark.parametrize("said", [b"taken\0" + b"99\0", b"go", b"taken\0" + b"-1\0", b"serving\0" + b"0", b"ready"])
def test_who_has_the_sockets_and_says_what_makes_no_sense(family, said):
    """The sockets that he has are of no use to him: he is told no, and the process goes on."""
    some = family()
    with dial(some) as connection:
        connection.send(HELLO % (1, 5))
        eventually(lambda: "takes over" in some.members[0].log, "it was heard")
        connection.send(said)
        packets, descriptors = received(connection)
        for descriptor in descriptors:
            os.close(descriptor)
        assert len(descriptors) == 4 and packets[-1].startswith(b"no\0")
    goes_on(some)


def test_noise(family):
    """Descriptors that come with it are not kept."""
    some = family()
    chance = random.Random(7)
    before = len(os.listdir(f"/proc/{some.members[0].pid}/fd"))
    for _ in range(100):
        with dial(some) as connection:
            for _ in range(chance.randrange(3)):
                noise = chance.randbytes(chance.randrange(1, 2000))
                gift = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))]
                try:
                    connection.sendmsg([noise], gift)
                except OSError:
                    break
    eventually(lambda: len(os.listdir(f"/proc/{some.members[0].pid}/fd")) == before, "nothing is held")
    goes_on(some)
