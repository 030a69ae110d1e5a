"""What Apus has to reach, and whether it did."""

from dataclasses import dataclass

from .table import number
from .turns import ratio

MIB = 1 << 20


@dataclass(frozen=True)
class Verdict:
    target: str
    measured: str
    met: bool
    enforced: bool = False
    """A missed one makes the run fail."""


def verdicts(results):
    """`results`: scenario → peer → figures. Only what was measured is judged."""
    def figure(scenario, name, peer="apus"):
        return results.get(scenario, {}).get(peer, {}).get(name)

    def judge(target, value, limit, unit, enforced=False, at_least=False, digits=2):
        if value is not None and limit is not None:
            met = value >= limit if at_least else value <= limit
            found.append(Verdict(target, f"{number(value, digits)}{unit}", met, enforced))

    def share(scenario, name, *peers):
        measured = results.get(scenario, {})
        bases = [measured[peer] for peer in peers if measured.get(peer, {}).get(name)]
        return ratio(measured.get("apus", {}), min(bases, key=lambda base: base[name]), name) if bases else None

    found = []
    judge("small bodies: CPU ≤ 1.15 × the floor", share("small", "cpu_us", "floor"), 1.15, " ×")
    judge("small bodies: CPU ≤ 0.85 × the better of nginx and HAProxy",
          share("small", "cpu_us", "nginx", "haproxy"), 0.85, " ×")
    judge("HTTP/2 to HTTP/1.1: CPU ≤ 0.9 × HAProxy's", share("2to1", "cpu_us", "haproxy"), 0.9, " ×")
    for name, title in (("2to2", "HTTP/2 to HTTP/2"), ("1to2", "HTTP/1.1 to HTTP/2")):
        judge(f"{title}: CPU ≤ 0.5 × Envoy's", share(name, "cpu_us", "envoy"), 0.5, " ×")
        judge(f"{title}: CPU ≤ HAProxy's", share(name, "cpu_us", "haproxy"), 1, " ×")
    for name, title in (("grpc-unary", "gRPC, unary"), ("grpc-stream", "gRPC, server stream")):
        judge(f"{title}: CPU ≤ 0.5 × Envoy's", share(name, "cpu_us", "envoy"), 0.5, " ×")
    for way in ("down", "up"):
        judge(f"1 GiB {way}: throughput ≥ 0.9 × HAProxy's", share("transfer", f"{way}_rate", "haproxy"), 0.9, " ×",
              at_least=True)
        judge(f"1 GiB {way}: constant memory (peak grows ≤ 1 MiB)", figure("transfer", f"{way}_growth"), 1, " MiB", digits=1)
    judge("small bodies over TLS: CPU ≤ 0.9 × the better of nginx and HAProxy",
          share("tls-small", "cpu_us", "nginx", "haproxy"), 0.9, " ×")
    for name, title in (("full", "full"), ("resumed", "resumed"), ("mutual", "mutual")):
        judge(f"{title} TLS handshakes: CPU ≤ 0.9 × the better of nginx and HAProxy",
              share("tls-handshakes", f"{name}_us", "nginx", "haproxy"), 0.9, " ×")
    judge("1 GiB over TLS: CPU ≤ 0.9 × the better of nginx and HAProxy",
          share("tls-transfer", "down_cpu", "nginx", "haproxy"), 0.9, " ×")
    judge("mutual TLS between sidecars: CPU ≤ 0.9 × the better of nginx and HAProxy",
          share("tls-chain", "cpu_us", "nginx", "haproxy"), 0.9, " ×")
    for scenario, name, title in (
            ("tls-small", "cpu_us", "small bodies over TLS"), ("tls-handshakes", "full_us", "full TLS handshakes"),
            ("tls-handshakes", "resumed_us", "resumed TLS handshakes"),
            ("tls-handshakes", "mutual_us", "mutual TLS handshakes"), ("tls-transfer", "down_cpu", "1 GiB over TLS"),
            ("tls-chain", "cpu_us", "mutual TLS between sidecars")):
        judge(f"{title}: CPU ≤ 0.5 × Envoy's", share(scenario, name, "envoy"), 0.5, " ×")
    judge("≤ 20 KiB for an idle connection over TLS", figure("tls-idle", "connection_bytes"), 20 << 10, " bytes", digits=0)
    judge("≤ 20 KiB for an idle connection over mutual TLS", figure("tls-idle", "mutual_bytes"), 20 << 10, " bytes", digits=0)
    judge("ready within 20 ms of its start", figure("idle", "ready_ms"), 20, " ms", digits=1)
    judge("idle: RSS ≤ 12 MB", figure("idle", "resident_mib"), 12e6 / MIB, " MiB", digits=1)
    judge("idle: anonymous ≤ 3 MB", figure("idle", "anonymous_mib"), 3e6 / MIB, " MiB", digits=1)
    judge("≤ 1 KiB for an idle connection", figure("idle", "connection_bytes"), 1024, " bytes", digits=0)
    judge("slow readers: memory grows by no more than the buffers", figure("slow", "of_buffer"), 1, " ×")
    judge("slow readers of an endpoint over HTTP/2: the same", figure("slow", "shared_of_buffer"), 1, " ×")
    judge("a changed endpoint among 100,000 is with every worker within 50 ms", figure("changes", "latest_ms"), 50, " ms",
          digits=1)
    changes = results.get("changes", {}).get("apus", {})
    judge("a change among 10,000 services costs what one of few does (CPU ≤ 10 × that among 10)",
          ratio(changes, {"cpu": changes.get("small_ms")}, "change_ms") if changes else None, 10, " ×")
    for title, name, limit, unit, digits in (
            ("attacks over HTTP/2: CPU ≤ 10 × the attacker's", "ratio", 10, " ×", 1),
            ("attacks over HTTP/2 but held windows: memory grows ≤ 8 MiB", "grown", 8, " MiB", 1),
            ("attacks over HTTP/2: ≤ 16 KiB for a stream whose window is held shut", "held", 16, " KiB", 1),
            ("attacks over HTTP/2: memory is back within a minute", "back", 59, " s", 0)):
        judge(title, figure("abuse", name), limit, unit, enforced=True, digits=digits)
    for method, name in (("GET", "each"), ("POST", "post")):
        judge(f"no allocation for a {method} once warm (≤ 0.01)", figure("allocations", name), 0.01, "", enforced=True,
              digits=3)
    for title, name in (("HTTP/1.1", "to1"), ("HTTP/2", "to2")):
        judge(f"no allocation for an HTTP/2 stream to {title} once warm (≤ 0.01)",
              figure("stream-allocations", name), 0.01, "", enforced=True, digits=3)
    return found
