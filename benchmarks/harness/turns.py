"""Peers in turn (A B C, A B C, …), so that what the machine does meanwhile meets all of them; then the median."""

import statistics
import sys

from .failure import Failure


def in_turn(title, peers, rounds, measure):
    """Calls `measure(peer)`, which returns a dictionary of figures, for each peer in each round.

    Returns, per peer's name, the median of each figure, or `{"failure": reason}`. A peer that failed once is not
    tried again.
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
    return {
        name: None if figures[0][name] is None else statistics.median(figure[name] for figure in figures)
        for name in figures[0]}
