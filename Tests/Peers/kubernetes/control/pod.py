"""A pod: a small server of HTTP/1.1 at an address of its own, which starts, ends and vanishes as pods do."""

import socket
import threading

from harness.program import PATIENCE, GaveUp
from harness.relay import shut


class Pod:
    def __init__(self, name, address, port, node, version="1", hostname=None):
        self.name, self.address, self.port, self.node = name, address, port, node
        self.version, self.hostname = version, hostname
        # What its status says, for the controllers.
        self.ready = False
        self.terminating = False
        # What its server does.
        self.requests = []
        """Pairs of a method and an id, in the order in which they were answered."""
        self.swallowed = []
        """The same of those that came when it had vanished."""
        self.held = 0
        """Requests that wait for its end."""
        self.connections = set()
        self.idle = set()
        """Those of them on which nothing is under way."""
        self.drains = self.vanished = self.revealed = False
        self.changed = threading.Condition()
        self.listener = None

    def __repr__(self):
        return f"{self.name}@{self.endpoint}"

    @property
    def endpoint(self):
        return f"{self.address}:{self.port}"

    def listen(self):
        # Few wait to be accepted: a host that has vanished takes no more.
        self.listener = socket.create_server((self.address, self.port), backlog=8)
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def accept(self, listener):
        while True:
            with self.changed:
                self.changed.wait_for(lambda: not self.vanished or self.revealed, 10 * PATIENCE)
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.changed:
                self.connections.add(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            with connection, connection.makefile("rb") as stream:
                while self.exchange(connection, stream):
                    pass
        except OSError:
            pass
        finally:
            with self.changed:
                self.connections.discard(connection)
                self.idle.discard(connection)
                self.changed.notify_all()

    def exchange(self, connection, stream):
        """Answers one request. Whether another one may follow."""
        with self.changed:
            if self.drains:
                return False
            self.idle.add(connection)
        line = stream.readline()
        with self.changed:
            self.idle.discard(connection)
        if not line:
            return False
        fields = {}
        while (field := stream.readline()) not in (b"\r\n", b""):
            name, _, value = field.decode().partition(":")
            fields[name.lower()] = value.strip()
        body = stream.read(int(fields.get("content-length", 0)))
        method, path, _ = line.decode().split(" ")
        with self.changed:
            if self.vanished:
                self.swallowed.append((method, fields["x-id"]))
                self.changed.notify_all()
                return True
            if path.endswith("/held"):
                self.held += 1
                self.changed.notify_all()
                self.changed.wait_for(lambda: self.drains, 2 * PATIENCE)
            self.requests.append((method, fields["x-id"]))
            ends = self.drains
        answer = f"{self.name} {self.version} {len(body)}".encode()
        close = b"connection: close\r\n" if ends else b""
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n%s\r\n%s" % (len(answer), close, answer))
        return not ends

    # How it ends

    def drain(self):
        """As a good server does: takes no connection any more, finishes what it has, closes what is idle."""
        with self.changed:
            self.drains = True
            self.changed.notify_all()
            idle = list(self.idle)
        self.close_listener()
        for connection in idle:
            shut(connection, socket.SHUT_RDWR)

    def vanish(self):
        """As when its node is lost: what is sent there is answered by nobody, and connects hang."""
        with self.changed:
            self.vanished = True

    def reveal(self):
        """Reads what was sent to it since it vanished, once the other side has given all of it up."""
        with self.changed:
            self.revealed = True
            self.changed.notify_all()
        # Behind all that wait to be accepted.
        with socket.create_connection((self.address, self.port), PATIENCE) as last:
            last.sendall(b"LAST / HTTP/1.1\r\nx-id: last\r\n\r\n")
            self.wait_for(lambda: ("LAST", "last") in self.swallowed, "everything is read")
        self.swallowed.remove(("LAST", "last"))
        self.wait_for(lambda: not self.connections, "its connections are given up")

    def stop(self):
        self.close_listener()
        with self.changed:
            self.drains = True
            connections = list(self.connections)
            self.changed.notify_all()
        for connection in connections:
            shut(connection, socket.SHUT_RDWR)

    def close_listener(self):
        if self.listener:
            shut(self.listener, socket.SHUT_RDWR)
            self.listener.close()
            self.listener = None

    def wait_for(self, condition, what):
        with self.changed:
            if not self.changed.wait_for(condition, PATIENCE):
                raise GaveUp(f"{self}: {what}: not within {PATIENCE:g} s")
