"""A client of HTTP/1.1 that sends requests in a row before it reads, leaves when it likes, and bears with everything."""

import asyncio
import contextlib

from . import plan as plans
from .origins import Ended, cut
from .outcome import PATIENCE, Outcome


def request(plan, random):
    head = f"{plan.method} {plan.path} HTTP/1.1\r\nhost: test\r\n"
    if plan.method not in ("PUT", "POST"):
        return (head + random.choice(("", "", "", "connection: close\r\n")) + "\r\n").encode()
    if random.random() < 0.2:
        head += "expect: 100-continue\r\n"
    body = plan.body
    if random.random() < 0.5:
        return (head + f"content-length: {len(body)}\r\n\r\n").encode() + body
    pieces = [body[start:start + 7000] for start in range(0, len(body), 7000)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in pieces)
    return (head + "transfer-encoding: chunked\r\n\r\n").encode() + chunks + b"0\r\n\r\n"


async def run(port, random, invent):
    """One connection from its beginning to its end. Gives the outcomes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    outcomes = []
    try:
        for _ in range(random.randrange(1, 5)):
            row = [Outcome(invent()) for _ in range(random.choice((1, 1, 2, 5)))]
            for one in row:
                one.row = row
            outcomes += row
            sent = b"".join(request(one.plan, random) for one in row)
            if random.random() < 0.05:
                # It leaves within a request, or while it is answered.
                writer.write(sent[:random.randrange(len(sent))])
                await asyncio.sleep(random.choice((0, 0.01)))
                for one in row:
                    one.end = "left"
                cut(writer, random.random() < 0.5)
                break
            writer.write(sent)
            is_last = random.random() < 0.05
            if is_last:
                with contextlib.suppress(OSError):  # the proxy was faster
                    writer.write_eof()
            if random.random() < 0.1:
                # Slow to read: what is not taken has to wait somewhere.
                await asyncio.sleep(0.05)
            for one in row:
                await asyncio.wait_for(receive(reader, one), PATIENCE)
            if is_last:
                break
    except asyncio.TimeoutError:
        pass
    except Ended:
        for one in outcomes:
            if one.end == "hangs":
                one.end = "unanswered"
    finally:
        writer.transport.abort()
    return outcomes


async def receive(reader, outcome):
    """Raises `Ended` where the connection is over."""
    began = False
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            began = True
            outcome.status = int(head.split(b" ", 2)[1])
            if outcome.status >= 200:
                break
        fields = head.lower()
        outcome.is_own = b"\r\nproxy-status:" in fields
        body = await receive_body(reader, fields, outcome.plan.method)
        outcome.end = "whole"
        if not outcome.is_own and b"\r\nx-number: %d\r\n" % outcome.plan.number not in fields:
            outcome.fault = f"has another's answer: {head!r}"
        elif not outcome.is_own and body != plans.content(outcome.plan.number, len(body)):
            outcome.fault = "has another's body"
    except (asyncio.IncompleteReadError, OSError) as error:
        began = began or bool(getattr(error, "partial", b""))
        outcome.end = "broken" if began else "unanswered"
        raise Ended from error
    if b"\r\nconnection: close\r\n" in fields:
        raise Ended


async def receive_body(reader, fields, method):
    status = int(fields.split(b" ", 2)[1])
    if method == "HEAD" or status in (204, 304):
        return b""
    if b"\r\ntransfer-encoding: chunked\r\n" not in fields:
        return await reader.readexactly(int(fields.split(b"\r\ncontent-length: ")[1].split(b"\r\n")[0]))
    body = bytearray()
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass
    return bytes(body)
