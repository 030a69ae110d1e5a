"""What the scenarios of HTTP/2 share: 8 connections of 16 streams each that ask for one small body as fast as they get
it. Where clients speak HTTP/1, 128 connections take their place."""

from harness.load import h2load, wrk
from harness.measure import cpu_nanoseconds
from harness.scenario import Column, Scenario
from harness.stage import proxy_in_front
from harness.turns import in_turn

CONNECTIONS = 8
STREAMS = 16

COLUMNS = (
    Column("cpu_us", "CPU µs/request", 1, compared=True),
    Column("per_second", "requests/s", -2),
)


def scenario(name, title, downstream, upstream):
    def run(peers, settings):
        speaking = [peer for peer in peers if peer.speaks(downstream, upstream)]
        return in_turn(name, speaking, settings.rounds, lambda peer: measure(peer, settings, downstream, upstream))
    return Scenario(name, title, COLUMNS, run)


def measure(peer, settings, downstream, upstream):
    def load(seconds):
        if downstream == 1:
            return wrk(proxy.port, "/", CONNECTIONS * STREAMS, seconds, settings.load_core)
        return h2load(proxy.port, "/", CONNECTIONS, STREAMS, seconds, settings.load_core)

    with proxy_in_front(peer, settings, versions=(downstream, upstream)) as proxy:
        load(settings.warmup)
        before = cpu_nanoseconds(proxy.process)
        done = load(settings.seconds)
        used = cpu_nanoseconds(proxy.process) - before
        return {"cpu_us": used / 1000 / done.requests, "per_second": done.requests / done.seconds}
