"""What `small` and `large` share: kept-alive connections that ask for one path as fast as they get answers."""

from harness.load import wrk
from harness.measure import cpu_nanoseconds
from harness.scenario import Column
from harness.stage import proxy_in_front

COLUMNS = (
    Column("cpu_us", "CPU µs/request", 1, compared=True),
    Column("per_second", "requests/s", -2),
    Column("p50_ms", "p50 ms", 2),
    Column("p99_ms", "p99 ms", 2),
    Column("p999_ms", "p99.9 ms", 2),
)


def measure(peer, settings, path):
    with proxy_in_front(peer, settings) as proxy:
        wrk(proxy.port, path, settings.connections, settings.warmup, settings.load_core)
        before = cpu_nanoseconds(proxy.process)
        load = wrk(proxy.port, path, settings.connections, settings.seconds, settings.load_core)
        used = cpu_nanoseconds(proxy.process) - before
        return {
            "cpu_us": used / 1000 / load.requests, "per_second": load.requests / load.seconds,
            "p50_ms": load.p50, "p99_ms": load.p99, "p999_ms": load.p999}
