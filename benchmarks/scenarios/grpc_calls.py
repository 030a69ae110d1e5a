"""What the scenarios of gRPC share: h2load sends a message of 62 bytes in each call, over 8 connections."""

import tempfile

from harness.load import h2load
from harness.measure import cpu_nanoseconds
from harness.stage import proxy_in_front
from harness.turns import in_turn

CONNECTIONS = 8
MESSAGE = b"\0" + (62).to_bytes(4, "big") + b"m" * 62


def run(name, peers, settings, path, streams, messages):
    speaking = [peer for peer in peers if peer.speaks(2, 2)]
    return in_turn(name, speaking, settings.rounds, lambda peer: measure(peer, settings, path, streams, messages))


def measure(peer, settings, path, streams, messages):
    """`messages`: in each answer; figures are for one of them."""
    with tempfile.NamedTemporaryFile() as message, proxy_in_front(peer, settings, versions=(2, 2)) as proxy:
        message.write(MESSAGE)
        message.flush()

        def load(seconds):
            return h2load(proxy.port, path, CONNECTIONS, streams, seconds, settings.load_core, message.name)

        load(settings.warmup)
        before = cpu_nanoseconds(proxy.process)
        done = load(settings.seconds)
        used = cpu_nanoseconds(proxy.process) - before
        return {
            "cpu_us": used / 1000 / done.requests / messages,
            "per_second": done.requests * messages / done.seconds, "mean_ms": done.mean}
