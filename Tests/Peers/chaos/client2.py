"""A client of HTTP/2 with many streams at once, which it resets or leaves when it likes."""

import asyncio

from harness import frames as f

from . import plan as plans
from .frames2 import Connection
from .origins import cut
from .outcome import PATIENCE, Outcome


async def run(port, random, invent):
    """One connection from its beginning to its end. Gives the outcomes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    connection = Connection(reader, writer)
    window = random.choice((65_535, 65_535, 100, 20_000))
    connection.send(f.PREFACE, f.settings([(f.INITIAL_WINDOW_SIZE, window)]))
    outcomes, bodies, number = {}, {}, 1
    left = random.randrange(1, 40)
    most = random.choice((1, 4, 16))
    try:
        while left or any(one.end == "hangs" for one in outcomes.values()):
            while left and connection.goaway is None and sum(one.end == "hangs" for one in outcomes.values()) < most:
                outcomes[number] = Outcome(invent())
                bodies[number] = bytearray()
                begin(connection, number, outcomes[number], random)
                number += 2
                left -= 1
            if connection.goaway is not None:
                left = 0
            if random.random() < 0.003:
                for one in outcomes.values():
                    one.end = "left" if one.end == "hangs" else one.end
                cut(writer, random.random() < 0.5)
                break
            found = await asyncio.wait_for(connection.read(), PATIENCE)
            if found is None:
                for one in outcomes.values():
                    if one.end == "hangs":
                        one.end = "broken" if one.status else "unanswered"
                break
            enter(outcomes[found[1]], bodies[found[1]], *found)
            if outcomes[found[1]].end == "hangs" and random.random() < 0.01:
                leave(connection, found[1], outcomes[found[1]])
    except asyncio.TimeoutError:
        pass
    finally:
        writer.transport.abort()
    return list(outcomes.values())


def begin(connection, stream, outcome, random):
    plan = outcome.plan
    head = [(":method", plan.method), (":scheme", "http"), (":authority", "test"), (":path", plan.path)]
    has_body = plan.method in ("PUT", "POST")
    connection.send(f.headers(stream, head, not has_body))
    if has_body:
        connection.put(stream, plan.body)
    if random.random() < 0.03:
        leave(connection, stream, outcome)


def leave(connection, stream, outcome):
    connection.waiting.pop(stream, None)
    connection.send(f.rst_stream(stream))
    outcome.end = "left"


def enter(outcome, body, kind, stream, value, ended):
    if outcome.end == "left":
        return
    if kind == "head" and outcome.status is None or kind == "head" and outcome.status < 200:
        fields = dict(value)
        outcome.status = int(fields[":status"])
        outcome.is_own = "proxy-status" in fields
        if outcome.status >= 200 and not outcome.is_own and fields.get("x-number") != str(outcome.plan.number):
            outcome.fault = f"has another's answer: {fields}"
    elif kind == "body":
        body += value
    if ended:
        outcome.end = "whole"
        if not outcome.is_own and bytes(body) != plans.content(outcome.plan.number, len(body)):
            outcome.fault = "has another's body"
    # A reset behind the whole answer says only that the rest of the request is not wanted.
    elif kind == "reset" and outcome.end == "hangs":
        outcome.end = "refused" if value == f.REFUSED_STREAM else "broken"
