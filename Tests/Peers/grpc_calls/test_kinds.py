"""The four kinds of calls."""

import json

import pytest

from harness import bodies

MANY = 5000


@pytest.mark.parametrize("count", [0, 1, 16_000, 1_000_000])
def test_unary(calls, count):
    assert calls.unary("Unary")(bodies.body(count)) == bodies.body(count)


def test_many_unary_calls(calls):
    for index in range(500):
        assert calls.unary("Unary")(str(index).encode()) == str(index).encode()


def test_many_unary_calls_at_once(calls):
    begun = [calls.unary("Unary").future(str(index).encode()) for index in range(500)]
    assert [call.result() for call in begun] == [str(index).encode() for index in range(500)]


def test_a_stream_of_requests(calls):
    messages = [bodies.PIECE[:index % 700] for index in range(MANY)]
    told = json.loads(calls.collect()(iter(messages)))
    content = b"".join(messages)
    assert told == {"count": MANY, "length": len(content), "digest": bodies.digest(content)}


def test_a_stream_of_answers(calls):
    got = [int.from_bytes(message[:4], "big") for message in calls.expand()(f"{MANY} 500".encode())]
    assert got == list(range(MANY))


def test_both_at_once(calls):
    messages = [str(index).encode() * 20 for index in range(MANY)]
    assert list(calls.chat()(iter(messages))) == messages


def test_a_conversation(calls):
    """Each message is sent only after the answer to the one before: nothing may wait for more."""
    said = []

    def speak():
        for index in range(200):
            yield str(index).encode()
            while len(said) <= index:
                arrived.wait(0.01)

    import threading
    arrived = threading.Event()
    for answer in calls.chat()(speak()):
        said.append(answer)
        arrived.set()
    assert said == [str(index).encode() for index in range(200)]


def test_messages_of_100_megabytes(calls):
    content = bodies.body(100_000_000)
    assert bodies.digest(calls.unary("Unary")(content, timeout=55)) == bodies.digest(content)


def test_an_answer_without_messages(calls):
    assert list(calls.expand()(b"0 0")) == []
    assert list(calls.chat()(iter(()))) == []
