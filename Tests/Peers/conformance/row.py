"""One line of a table."""

from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True)
class Row:
    section: str
    """Of RFC 9113, or `7541/5.1` for another RFC's."""
    title: str
    sent: object
    """Bytes, or a list of bytes and steps."""
    expected: Callable
    """From `harness.expect`."""
    settings: tuple = ()
    """Of the client's first SETTINGS."""
    preface: bool = True
    """The connection begins as it should."""
    served: bool = None
    """Whether the origin may have seen a request by this row; False: it must not have."""

    @property
    def name(self):
        return f"{self.section} {self.title}"
