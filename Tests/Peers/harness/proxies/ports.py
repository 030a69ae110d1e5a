"""Ports for the programs that cannot say which one they got when they are told 0."""

import contextlib
import itertools
import os
import socket

candidates = itertools.cycle(range(12000 + os.getpid() % 50 * 150, 20000))
"""Below the range of ephemeral ports; two runs at a time begin at different ones."""


def free_port():
    for port in candidates:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def is_listening(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
