"""What is asserted of an attack. Not the yardstick of ten times the attacker's CPU time: the attacker is Python here, which
makes its frames as it sends them. `benchmarks/run.py --scenario abuse` measures that with an attacker that costs next to nothing.
What is left to assert is that nothing has gone badly wrong."""

from harness import frames

RATIO = 2
"""Most of the proxy's CPU time over that of an attacker in Python. It is less than 1 in all attacks."""
SLACK = 0.1
"""Seconds of CPU time that count for nothing: the bystander's requests and the end of connections."""
MEMORY = 8 << 20
"""Most bytes by which the proxy's memory grows at its peak. It is less than 2 MB in all attacks."""


def judge(proxy, attack, cost):
    assert cost.grown < MEMORY, cost
    # A build without optimisation takes many times as long for everything: its figures say nothing.
    if not getattr(proxy, "is_debug_build", False):
        assert cost.proxy - SLACK <= RATIO * cost.attacker, cost
    calm = {frames.ENHANCE_YOUR_CALM, *attack.also}
    if attack.may_go_on:
        calm.add("open")
    if not attack.reads:
        # What it did not take fills its connection: GOAWAY waits behind that, and the reset overtakes it.
        calm.add("reset")
    assert set(cost.ends) <= calm, cost
