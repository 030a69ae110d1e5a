"""Small bodies on kept-alive connections over TLS 1.3."""

from harness.load import wrk
from harness.measure import cpu_nanoseconds
from harness.scenario import Scenario
from harness.stage import proxy_in_front
from harness.turns import in_turn

from .keep_alive import COLUMNS

TLS = ("listener",)


def run(peers, settings):
    able = [peer for peer in peers if peer.secures(TLS)]
    return in_turn("tls-small", able, settings.rounds, lambda peer: measure(peer, settings))


def measure(peer, settings):
    with proxy_in_front(peer, settings, tls=TLS) as proxy:
        def load(seconds):
            return wrk(proxy.port, "/", settings.connections, seconds, settings.load_core, scheme="https")
        load(settings.warmup)
        before = cpu_nanoseconds(proxy.process)
        done = load(settings.seconds)
        used = cpu_nanoseconds(proxy.process) - before
        return {
            "cpu_us": used / 1000 / done.requests, "per_second": done.requests / done.seconds,
            "p50_ms": done.p50, "p99_ms": done.p99, "p999_ms": done.p999}


SCENARIO = Scenario("tls-small", "Small bodies over kept-alive TLS", COLUMNS, run)
