"""Kept-alive connections, bodies of 62 bytes: nothing but the cost of a request."""

from harness.scenario import Scenario
from harness.turns import in_turn

from .keep_alive import COLUMNS, measure


def run(peers, settings):
    return in_turn("small", peers, settings.rounds, lambda peer: measure(peer, settings, "/"))


SCENARIO = Scenario("small", "Small bodies (62 bytes), keep-alive", COLUMNS, run)
