"""Runs one row."""

from harness import wire
from harness.program import GaveUp
from harness.steps import play

PATIENCE = 5.0
"""Seconds: shorter than elsewhere, since a proxy that fails many rows takes this long for each."""


def broken_promise(row, port, origin):
    """Says what was wrong, or returns None."""
    before = origin.count("request")
    try:
        connection = wire.connect(port, row.settings, row.preface, PATIENCE)
    except GaveUp as reason:
        return f"the connection did not begin: {reason}"
    try:
        play(connection, row.sent)
    except GaveUp as reason:
        return f"stuck while sending: {reason}"
    else:
        reason = row.expected(connection)
        if reason is None and row.served is False and origin.count("request") != before:
            return "the origin got a request"
        return reason and f"expected: {row.expected.says}; {reason}"
    finally:
        connection.close()
