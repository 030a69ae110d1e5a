"""CPU time that a proxy uses while nothing happens: a sidecar spends most of its life so."""

import time

from harness.measure import cpu_nanoseconds
from harness.scenario import Column, Scenario
from harness.stage import proxy_in_front
from harness.turns import in_turn

SETTLING = 2.0
WINDOW = 15.0
"""Seconds."""


def run(peers, settings):
    return in_turn("burn", peers, 1, lambda peer: measure(peer, settings))


def measure(peer, settings):
    with proxy_in_front(peer, settings) as proxy:
        time.sleep(SETTLING)
        before, started = cpu_nanoseconds(proxy.process), time.monotonic()
        time.sleep(WINDOW)
        used = cpu_nanoseconds(proxy.process) - before
        return {"idle_ms": used / 1e6 * 60 / (time.monotonic() - started)}


SCENARIO = Scenario("burn", "CPU while idle", (Column("idle_ms", "CPU ms/minute", 1),), run)
