"""One huge body each way, at little cost for the client: what is read is dropped in the kernel, what is sent comes
from a file in memory."""

import os
import socket
import time

from .connections import content_length, request
from .failure import Failure

PIECE = 1 << 20
TIMEOUT = 60


def download(port, count):
    """Seconds for a body of `count` bytes."""
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as connection:
        started = time.monotonic()
        request(connection, f"/bytes/{count}")
        head, _, body = connection.recv(4096).partition(b"\r\n\r\n")
        if content_length(head) != count:
            raise Failure(f"unexpected answer: {head[:100]!r}")
        left, unused = count - len(body), bytearray(PIECE)
        while left:
            dropped = connection.recv_into(unused, min(left, PIECE), socket.MSG_TRUNC)
            if not dropped:
                raise Failure(f"{left} bytes of a download are missing")
            left -= dropped
        return time.monotonic() - started


def upload(port, count):
    """Seconds until the answer to a request with a body of `count` bytes; the answer has to name that number."""
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as connection, \
            open(os.memfd_create("upload"), "w+b") as file:
        file.truncate(PIECE)
        started = time.monotonic()
        connection.sendall(f"POST / HTTP/1.1\r\nHost: bench\r\nContent-Length: {count}\r\n\r\n".encode())
        for sent in range(0, count, PIECE):
            connection.sendfile(file, 0, min(PIECE, count - sent))
        said = connection.recv(4096).partition(b"\r\n\r\n")[2]
        if said.strip() != str(count).encode():
            raise Failure(f"{count} bytes sent, the origin says {said[:100]!r}")
        return time.monotonic() - started
