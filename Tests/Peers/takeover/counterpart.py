"""The other side of a takeover, of which the test speaks every word."""

import array
import contextlib
import socket

PATIENCE = 20


class Channel:
    def __init__(self, connection):
        self.connection = connection
        connection.settimeout(PATIENCE)

    def say(self, *fields, sockets=()):
        gift = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [one.fileno() for one in sockets]))]
        self.connection.sendmsg(["\0".join(fields).encode()], gift if sockets else [])

    def hear(self):
        """The fields of the next packet, and the sockets with it; none at the end."""
        packet, control, _, _ = self.connection.recvmsg(65536, 4096)
        sockets = []
        for _, _, content in control:
            sockets += [socket.socket(fileno=one) for one in array.array("i", content[:len(content) // 4 * 4])]
        return packet.decode().split("\0") if packet else [], sockets

    def close(self):
        self.connection.close()


class Successor(Channel):
    """Asks a process for its sockets."""

    def __init__(self, door):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        connection.connect(str(door))
        super().__init__(connection)
        self.sockets = []

    def take(self):
        """Everything that is offered, up to the other side's `go`."""
        self.say("apus-takeover", "1", "test", "5")
        while True:
            fields, sockets = self.hear()
            self.sockets += sockets
            if fields[0] == "end":
                break
        self.say("taken", "0", "")
        self.say("ready")
        assert self.hear() == (["go"], [])

    def close(self):
        super().close()
        for one in self.sockets:
            one.close()


class Predecessor:
    """Listens where a process would."""

    def __init__(self, door):
        self.door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.door.bind(str(door))
        self.door.listen(16)
        self.door.settimeout(PATIENCE)
        self.ear = socket.create_server(("127.0.0.1", 0), reuse_port=True)
        self.ear.settimeout(PATIENCE)
        self.address = "127.0.0.1:%d" % self.ear.getsockname()[1]

    def accept(self):
        channel = Channel(self.door.accept()[0])
        assert channel.hear()[0][0] == "apus-takeover"
        return channel

    def offer(self):
        """All that there is; the next word is the other side's."""
        channel = self.accept()
        channel.say("listener", "test", self.address, sockets=[self.ear])
        channel.say("end", "test")
        return channel

    def close(self):
        with contextlib.ExitStack() as all_of:
            all_of.callback(self.door.close)
            all_of.callback(self.ear.close)
