"""What a client saw of one request, and whether the access log says the same."""

from dataclasses import dataclass

PATIENCE = 20.0
"""Seconds after which a request hangs: each of the proxy's own times is four at most, and one follows the other."""


@dataclass
class Outcome:
    plan: object
    end: str = "hangs"
    """`whole`; `broken`: it began and did not end, or was reset; `refused`: nothing was done about it; `unanswered`: the connection ended in front of it; `left`: the
    client went away; `hangs`."""
    status: int = None
    is_own: bool = False
    """The proxy says that the answer is its own."""
    fault: str = None
    """The answer is not that of the request."""
    row: list = ()
    """Of HTTP/1.1: what was sent together with it, in order."""

    def judge(self, log):
        """What is wrong with what the log says, or None."""
        lines = log[self.plan.number]
        if self.fault:
            return self.fault
        if self.end == "hangs":
            return f"hangs, and the log says {lines}"
        if len(lines) > 1:
            return f"is logged {len(lines)} times: {lines}"
        if self.end == "refused":
            return f"is refused, and the log says {lines}" if lines else None
        if not lines:
            return None if self.end in ("unanswered", "left") else f"is {self.end} and is not logged"
        status, reason = lines[0]["status"], lines[0].get("reason")
        if self.end == "whole" and (status != self.status or bool(reason) != self.is_own):
            return f"is whole with {self.status} (own: {self.is_own}), and the log says {lines[0]}"
        if self.end in ("broken", "unanswered") and not reason and not self.may_be_lost(log):
            return f"is {self.end}, and the log says that it went well with {status}"
        return None

    def may_be_lost(self, log):
        """One behind it was broken off by a reset, which takes along what the client has not read yet."""
        behind = [one for one in self.row if one.plan.number > self.plan.number]
        return any(line.get("reason") for one in behind for line in log[one.plan.number])
