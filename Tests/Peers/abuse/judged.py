"""How much an attack may cost."""

from harness import frames

RATIO = 10
"""The proxy's CPU time over the attacker's."""
SLACK = 0.25
"""Seconds of CPU time that count for nothing: the bystander's requests and the end of connections."""
MEMORY = 32 << 20
"""Bytes."""


def judge(proxy, attack, cost):
    assert cost.grown < MEMORY, cost
    # A build without optimisation takes many times as long for everything: its figures say nothing.
    if not getattr(proxy, "is_debug_build", False):
        assert cost.proxy - SLACK <= RATIO * cost.attacker, cost
    calm = {frames.ENHANCE_YOUR_CALM, *attack.also}
    assert set(cost.ends) <= {*calm, "reset"}, cost
