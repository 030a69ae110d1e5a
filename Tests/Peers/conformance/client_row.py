"""One line of the table of what a bad or unusual origin does."""

from dataclasses import dataclass
from typing import Callable

from harness import frames as f


@dataclass(frozen=True)
class ClientRow:
    section: str
    title: str
    sent: object
    """By the origin once a request has come on stream 1: bytes, or a list of bytes and steps."""
    downstream: Callable
    """Takes the `Message` that the proxy's client got when it was over; says what is wrong, or None."""
    upstream: Callable = None
    """From `harness.expect`: what the origin gets."""
    settings: tuple = ()
    """Of the origin's first SETTINGS; None: it sends none."""
    method: str = "GET"
    body: bytes = b""

    @property
    def name(self):
        return f"{self.section} {self.title}"


def answer(status="200", more=(), end=True, stream=1, **kinds):
    """The head of an answer."""
    return f.headers(stream, [(":status", status), *more], end=end, **kinds)


BAD_GATEWAY = (502, 503)
GOOD = answer(end=False) + f.data(1, b"fine", True)


def delivered(body=b"fine", status=200):
    """The client gets it whole."""
    def judge(message):
        if message.status == status and message.ended and message.body == body:
            return None
        return f"the client got {described(message)} instead of {status} {body!r}"
    judge.says = f"{status} for the client"
    return judge


def refused(message):
    """The client gets 502 (some say 503) or a reset, and nothing of what the origin said."""
    if message.status is None and message.reset:
        return None
    return None if message.status in BAD_GATEWAY and message.ended else (
        f"the client got {described(message)} instead of 502")


refused.says = "502 or a reset for the client, without a head of the origin's"


def cut(message):
    """The client sees that the answer is not whole."""
    return None if not message.ended and message.reset is not None else (
        f"the client got {described(message)} instead of a reset")


cut.says = "a reset for the client"


def refused_or_cut(message):
    """For what comes so soon after a head that the head may have gone out or not."""
    return None if message.status in BAD_GATEWAY or not message.ended and message.reset is not None else (
        f"the client got {described(message)} instead of 502 or a reset")


refused_or_cut.says = "502 or a reset for the client"


def any_end(message):
    """The stream was done before."""
    return None if message.is_over else "the client got no end"


any_end.says = "an end for the client"


def described(message):
    end = "whole" if message.ended else "no end" if message.reset is None else f.code_name(message.reset)
    return f"{message.status} {message.body[:40]!r} ({end})"
