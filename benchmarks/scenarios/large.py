"""Kept-alive connections, bodies of 64 KiB: requests and relayed bytes in equal parts."""

from harness.scenario import Scenario
from harness.turns import in_turn

from .keep_alive import COLUMNS, measure


def run(peers, settings):
    return in_turn("large", peers, settings.rounds, lambda peer: measure(peer, settings, "/bytes/65536"))


SCENARIO = Scenario("large", "Bodies of 64 KiB, keep-alive", COLUMNS, run)
