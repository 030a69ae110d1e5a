"""Raw client connections: many idle ones, many that do not read, and exact numbers of requests on them."""

import contextlib
import socket

from .failure import Failure

PORTS_PER_ADDRESS = 20000
"""Ephemeral ports that one source address surely has; beyond that the next of 127.0.0.0/8 takes over."""


@contextlib.contextmanager
def connections(port, count, receive_buffer=None, each=None):
    """`count` connections, closed at the end of the block. `each` is called with one as soon as it is open: a proxy does
    not wait for ever for a first request."""
    opened = []
    try:
        for index in range(count):
            connection = socket.socket()
            opened.append(connection)
            connection.settimeout(30)
            if receive_buffer:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            if index >= PORTS_PER_ADDRESS:
                connection.bind((f"127.0.0.{2 + index // PORTS_PER_ADDRESS}", 0))
            connection.connect(("127.0.0.1", port))
            if each:
                each(connection)
        yield opened
    finally:
        for connection in opened:
            connection.close()


def request(connection, path, body=None):
    """A GET, or a POST of `body`."""
    if body is None:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
    else:
        head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)


def answer_bytes(connection):
    """Reads one whole answer; returns how many bytes its body had."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += some(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 "):
        raise Failure(f"unexpected answer: {head[:100]!r}")
    count, length = len(body), content_length(head)
    while count < length:
        count += len(some(connection, min(1 << 20, length - count)))
    return count


def some(connection, most=65536):
    received = connection.recv(most)
    if not received:
        raise Failure("the connection was closed within an answer")
    return received


def content_length(head):
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise Failure("an answer without Content-Length")


def ask_all(opened, path, times=1, body=None):
    """`times` requests on each connection, at work on all of them at once."""
    for _ in range(times):
        for connection in opened:
            request(connection, path, body)
        for connection in opened:
            answer_bytes(connection)
