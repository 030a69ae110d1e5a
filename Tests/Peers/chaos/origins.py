"""What both origins know: which attempt of a request this is, and what must not be."""

import asyncio
import contextlib
import socket
import struct

from . import plan as plans


class Ended(Exception):
    """The origin has ended the connection."""


class Origin:
    def __init__(self):
        self.attempts = {}
        self.faults = []
        """Requests that came otherwise than they were sent."""
        self.port = None
        self.server = None
        self.tasks = set()

    async def open(self):
        self.server = await asyncio.start_server(self.accept, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]

    async def accept(self, reader, writer):
        self.tasks.add(asyncio.current_task())
        try:
            await self.serve(reader, writer)
        except (Ended, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.tasks.discard(asyncio.current_task())
            writer.transport.abort() if writer.transport.is_closing() else writer.close()

    async def close(self):
        self.server.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def deed(self, plan):
        """What is to be done with this attempt; the last of the plan's is done ever after."""
        number = self.attempts.get(plan.number, 0)
        self.attempts[plan.number] = number + 1
        return plan.deeds[min(number, len(plan.deeds) - 1)]

    def check(self, plan, method, body, is_whole):
        sent = plan.body
        if method != plan.method or not sent.startswith(body) or is_whole and len(sent) != len(body):
            self.faults.append(f"{plan.path}: {method} with {len(body)} bytes, whole: {is_whole}")


def content(plan, deed):
    return plans.content(plan.number, deed.size)


def cut(writer, by_reset):
    """Ends the connection: what is to be raised then."""
    if by_reset:
        with contextlib.suppress(OSError):  # the peer was faster
            connection = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    else:
        writer.close()
    return Ended()
