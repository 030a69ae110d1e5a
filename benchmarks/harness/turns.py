"""Peers in turn (A B C, A B C, …), so that what the machine does meanwhile meets all of them; then the median."""

import statistics
import sys

from .failure import Failure


def in_turn(title, peers, rounds, measure):
    """Calls `measure(peer)`, which returns a dictionary of figures, for each peer in each round.

    Returns, per peer's name, the median of each figure and, under `turns`, all of them in order, or
    `{"failure": reason}`. A peer that failed once is not tried again.
    """
    figures = {peer.name: [] for peer in peers}
    failures = {}
    for turn in range(1, rounds + 1):
        for peer in peers:
            if peer.name in failures:
                continue
            note = f"{title}, round {turn}/{rounds}, {peer.label}"
            try:
                found = measure(peer)
            except (Failure, OSError) as failure:
                failures[peer.name] = str(failure)
                print(f"{note}: FAILED: {failure}", file=sys.stderr)
                continue
            figures[peer.name].append(found)
            brief = "  ".join(f"{name} {value:.4g}" for name, value in found.items() if value is not None)
            print(f"{note}: {brief}", file=sys.stderr)
    return {
        peer.name: {"failure": failures[peer.name]} if peer.name in failures else medians(figures[peer.name])
        for peer in peers}


def medians(figures):
    turns = {name: [figure[name] for figure in figures] for name in figures[0]}
    found = {name: None if values[0] is None else statistics.median(values) for name, values in turns.items()}
    return found | {"turns": turns}


def ratio(figures, base, name):
    """How many times the base's figure it is: the median of each round's ratio, since what slows the machine for a
    while slows both halves of a pair. None where there is nothing to compare."""
    if figures.get(name) is None or not base.get(name):
        return None
    pair = [measured.get("turns", {}).get(name, []) for measured in (figures, base)]
    if not pair[0] or len(pair[0]) != len(pair[1]) or not all(pair[1]):
        return figures[name] / base[name]
    return statistics.median(one / other for one, other in zip(*pair))
