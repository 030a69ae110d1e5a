"""A network namespace whose sockets hold little, so that bytes that nobody reads wait in the proxy."""

import contextlib
import ctypes
import fcntl
import os
import socket
import struct

CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
SETTINGS = {
    "tcp_rmem": "4096 16384 32768",
    "tcp_wmem": "4096 16384 32768",
}
"""Bytes at least, by default and at most. With the usual megabytes the kernel alone would take 10,000 whole answers,
or stall at its limit for all sockets (tcp_mem)."""

libc = ctypes.CDLL(None, use_errno=True)


@contextlib.contextmanager
def small_socket_buffers():
    """Inside the block this thread and what it starts have such a namespace of their own, if the system allows it:
    gives False otherwise, and all stays as it was."""
    with open("/proc/self/ns/net") as outside:
        if libc.unshare(CLONE_NEWNET):
            yield False
            return
        try:
            raise_loopback()
            for name, value in SETTINGS.items():
                with open(f"/proc/sys/net/ipv4/{name}", "w") as setting:
                    setting.write(value)
            yield True
        finally:
            if libc.setns(outside.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def raise_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def kernel_room():
    """Bytes that all TCP sockets together may hold before the kernel starts to hold back (tcp_mem, pressure)."""
    with open("/proc/sys/net/ipv4/tcp_mem") as limits:
        return int(limits.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
