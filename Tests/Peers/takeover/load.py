"""Clients that ask without a pause and count what they get. Whatever is not a whole answer 200 is a failure."""

import contextlib
import socket
import threading

from harness.clients.http2 import HTTP2Client
from harness.program import PATIENCE

REQUEST = b"GET /x/plain HTTP/1.1\r\nHost: test\r\n%s\r\n"


class Client:
    def __init__(self, where):
        self.where, self.served, self.failures, self.connections = where, 0, [], 0
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.ends.is_set():
            try:
                self.connections += 1
                self.use_one_connection()
            except Exception as error:  # noqa: BLE001 (each is a finding)
                self.failures.append(repr(error))
                self.ends.wait(0.01)

    def connect(self):
        if isinstance(self.where, int):
            return socket.create_connection(("127.0.0.1", self.where), PATIENCE)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(PATIENCE)
        connection.connect(str(self.where))
        return connection

    def end(self):
        self.ends.set()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()


class Keeping(Client):
    """One connection as long as it goes on."""

    def use_one_connection(self):
        with self.connect() as connection:
            while not self.ends.is_set():
                connection.sendall(REQUEST % b"")
                if self.answer(connection):
                    assert connection.recv(1) == b""
                    return

    def answer(self, connection):
        """Whether it was the last one on this connection."""
        received = b""
        while b"\r\n\r\n" not in received:
            received += self.receive(connection, received)
        head, _, body = received.partition(b"\r\n\r\n")
        head = head.lower()
        assert head.startswith(b"http/1.1 200 "), received
        length = int(head.partition(b"content-length: ")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += self.receive(connection, body)
        self.served += 1
        return b"\r\nconnection: close" in head

    @staticmethod
    def receive(connection, before):
        piece = connection.recv(65536)
        assert piece, f"the connection ended behind {before!r}"
        return piece


class Connecting(Keeping):
    """A new connection for each request."""

    def use_one_connection(self):
        with self.connect() as connection:
            connection.sendall(REQUEST % b"Connection: close\r\n")
            assert self.answer(connection)
            assert connection.recv(1) == b""


class Multiplexing(Client):
    """HTTP/2, three streams at a time."""

    def use_one_connection(self):
        client = HTTP2Client(self.where)
        with contextlib.closing(client):
            while not self.ends.is_set() and not client.goaways:
                streams = [client.request(path="/x/plain") for _ in range(3)]
                for stream in streams:
                    answer = client.answer(stream)
                    assert answer.status == 200 and answer.ended, answer
                    self.served += 1
            assert all(code == 0 for _, code in client.goaways)


class Load:
    def __init__(self, port, *others, each=2):
        self.clients = [kind(port) for kind in (Keeping, Connecting, Multiplexing) for _ in range(each)]
        self.clients += [kind(path) for path in others for kind in (Keeping, Connecting)]

    @property
    def served(self):
        return sum(client.served for client in self.clients)

    def end(self):
        """All failures; each client must have been served."""
        for client in self.clients:
            client.end()
        assert all(client.served for client in self.clients)
        return [failure for client in self.clients for failure in client.failures]
