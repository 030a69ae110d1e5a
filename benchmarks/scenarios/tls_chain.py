"""From sidecar to sidecar: plain HTTP to the first proxy, mutual TLS to a second one of its kind, plain HTTP to the
origin. The CPU time is that of both."""

from harness.load import wrk
from harness.measure import cpu_nanoseconds
from harness.scenario import Scenario
from harness.stage import chain_in_front
from harness.turns import in_turn

from .keep_alive import COLUMNS


def run(peers, settings):
    able = [peer for peer in peers if peer.secures(("mutual", "upstream"))]
    return in_turn("tls-chain", able, settings.rounds, lambda peer: measure(peer, settings))


def measure(peer, settings):
    with chain_in_front(peer, settings) as (outer, inner):
        def used():
            return cpu_nanoseconds(outer.process) + cpu_nanoseconds(inner.process)
        wrk(outer.port, "/", settings.connections, settings.warmup, settings.load_core)
        before = used()
        load = wrk(outer.port, "/", settings.connections, settings.seconds, settings.load_core)
        return {
            "cpu_us": (used() - before) / 1000 / load.requests, "per_second": load.requests / load.seconds,
            "p50_ms": load.p50, "p99_ms": load.p99, "p999_ms": load.p999}


SCENARIO = Scenario("tls-chain", "Two sidecars and mutual TLS between them, small bodies", COLUMNS, run)
