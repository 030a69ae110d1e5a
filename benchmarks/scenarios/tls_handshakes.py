"""Connections over TLS 1.3 that bring one request each: whole handshakes, resumed sessions, and whole ones in which the
client shows a certificate, too."""

from harness import certificates
from harness.handshakes import handshakes
from harness.measure import cpu_nanoseconds
from harness.scenario import Column, Scenario
from harness.stage import proxy_in_front
from harness.turns import in_turn

KINDS = (("full", ("listener",), False), ("resumed", ("listener",), True), ("mutual", ("mutual",), False))


def run(peers, settings):
    able = [peer for peer in peers if peer.secures(("listener", "mutual"))]
    return in_turn("tls-handshakes", able, settings.rounds, lambda peer: measure(peer, settings))


def measure(peer, settings):
    figures = {}
    for name, tls, resumes in KINDS:
        shown = certificates.made() / "client.pem" if "mutual" in tls else None
        with proxy_in_front(peer, settings, tls=tls) as proxy:
            def load(seconds):
                return handshakes(proxy.port, seconds, settings.load_core, resumes, shown)
            load(settings.warmup)
            before = cpu_nanoseconds(proxy.process)
            done = load(settings.seconds)
            figures[f"{name}_us"] = (cpu_nanoseconds(proxy.process) - before) / 1000 / done.count
            figures[f"{name}_rate"] = done.count / done.seconds
    return figures


SCENARIO = Scenario(
    "tls-handshakes", "TLS handshakes, each with one request",
    tuple(
        column for name, _, _ in KINDS for column in (
            Column(f"{name}_us", f"{name}: CPU µs", compared=True), Column(f"{name}_rate", "per second"))),
    run)
