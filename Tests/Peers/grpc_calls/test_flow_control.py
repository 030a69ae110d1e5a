"""A client that reads slowly holds back its own call, and no other on its connection."""

import threading

from harness.measure import resident

MIB = 1 << 20


def test_a_slow_reader(calls, proxy):
    """400 MB that are read only after other calls on the same connection have been made."""
    slow = calls.expand()(b"400 1000000")
    assert next(slow)[:4] == b"\0\0\0\0"
    before = resident(proxy.pid)
    for index in range(100):
        assert calls.unary("Unary")(b"x" * 10_000) == b"x" * 10_000
    assert len(list(calls.expand()(b"1000 1000"))) == 1000
    assert resident(proxy.pid) - before < 50 * MIB
    assert sum(1 for _ in slow) == 399


def test_a_slow_server(calls):
    """A stream of requests that the server takes one after another, each with an answer; others go on."""
    go_on = threading.Event()

    def speak():
        for index in range(50):
            yield bytes(1_000_000)
            if index == 3:
                go_on.wait(20)

    slow = calls.chat()(speak())
    assert len(next(slow)) == 1_000_000
    for index in range(50):
        assert calls.unary("Unary")(b"y") == b"y"
    go_on.set()
    assert sum(1 for _ in slow) == 49
