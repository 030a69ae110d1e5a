"""A single body of a gigabyte down over TLS 1.3."""

import time

from harness.connections import content_length, request
from harness.failure import Failure
from harness.measure import cpu_nanoseconds, peak_resident, reset_peak
from harness.scenario import Column, Scenario
from harness.stage import connect, proxy_in_front
from harness.turns import in_turn

GIB = 1 << 30
MIB = 1 << 20
TLS = ("listener",)


def run(peers, settings):
    able = [peer for peer in peers if peer.secures(TLS)]
    return in_turn("tls-transfer", able, min(settings.rounds, 3), lambda peer: measure(peer, settings))


def measure(peer, settings):
    with proxy_in_front(peer, settings, tls=TLS) as proxy:
        download(proxy.port, settings.transfer_bytes // 16)
        reset_peak(proxy.process)
        resident, cpu = peak_resident(proxy.process), cpu_nanoseconds(proxy.process)
        seconds = download(proxy.port, settings.transfer_bytes)
        gibibytes = settings.transfer_bytes / GIB
        return {
            "down_cpu": (cpu_nanoseconds(proxy.process) - cpu) / 1e9 / gibibytes, "down_rate": gibibytes / seconds,
            "down_growth": (peak_resident(proxy.process) - resident) / MIB}


def download(port, count):
    """Seconds for a body of `count` bytes."""
    with connect(port, TLS, timeout=60) as connection:
        started = time.monotonic()
        request(connection, f"/bytes/{count}")
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.recv(4096)
        head, _, body = received.partition(b"\r\n\r\n")
        if content_length(head) != count:
            raise Failure(f"unexpected answer: {head[:100]!r}")
        left, unused = count - len(body), bytearray(256 << 10)
        while left:
            read = connection.recv_into(unused, min(left, len(unused)))
            if not read:
                raise Failure(f"{left} bytes of a download are missing")
            left -= read
        return time.monotonic() - started


SCENARIO = Scenario(
    "tls-transfer", "One body of 1 GiB over TLS",
    (
        Column("down_cpu", "CPU s/GiB", 2, compared=True),
        Column("down_rate", "GiB/s", 2, compared=True, larger_is_better=True),
        Column("down_growth", "peak RSS + MiB", 1),
    ),
    run)
