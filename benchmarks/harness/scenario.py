"""What a scenario consists of."""

from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True)
class Column:
    figure: str
    heading: str
    digits: int = 0
    """As many as the noise lets stand; see `table.number`."""
    compared: bool = False
    """Whether the report also gives its ratio to the floor and to the better of nginx and HAProxy."""
    larger_is_better: bool = False


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    columns: tuple
    run: Callable
    """`run(peers, settings)` gives what `in_turn` gives."""
    rows: Callable = None
    """`rows(results, labels)` gives the table, where it is not one of a row for each proxy."""
