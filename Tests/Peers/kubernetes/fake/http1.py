"""A connection of HTTP/1.1: one request at a time, streams in chunks."""

import asyncio

from .message import Request


class HTTP1Connection:
    protocol = "HTTP/1.1"

    def __init__(self, reader, writer, answer):
        self.reader, self.writer, self.answer = reader, writer, answer
        self.rest = b""
        self.coming = None

    async def more(self):
        self.coming = self.coming or asyncio.ensure_future(self.reader.read(65536))
        piece, self.coming = await self.coming, None
        self.rest += piece
        return bool(piece)

    async def run(self):
        while True:
            while b"\r\n\r\n" not in self.rest:
                if not await self.more():
                    return
            head, _, self.rest = self.rest.partition(b"\r\n\r\n")
            line, *lines = head.decode().split("\r\n")
            method, target, _ = line.split(" ")
            fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            length = int(fields.get("content-length", 0))
            while len(self.rest) < length:
                if not await self.more():
                    return
            body, self.rest = self.rest[:length], self.rest[length:]
            answering = asyncio.ensure_future(self.answer(Request(method, target, fields, body), HTTP1Reply(self)))
            self.coming = self.coming or asyncio.ensure_future(self.reader.read(65536))
            await asyncio.wait({answering, self.coming}, return_when=asyncio.FIRST_COMPLETED)
            if self.coming.done() and not answering.done():
                piece = self.coming.result()
                if not piece:
                    answering.cancel()
                    return
                self.rest += piece
                self.coming = None
            await answering


class HTTP1Reply:
    def __init__(self, connection):
        self.writer, self.protocol = connection.writer, connection.protocol

    async def head(self, status, fields, length=None):
        framing = "transfer-encoding: chunked" if length is None else f"content-length: {length}"
        self.is_chunked = length is None
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
        self.writer.write(f"HTTP/1.1 {status} Whatever\r\n{lines}{framing}\r\n\r\n".encode())
        await self.writer.drain()

    async def write(self, piece):
        self.writer.write(b"%x\r\n%s\r\n" % (len(piece), piece) if self.is_chunked else piece)
        await self.writer.drain()

    async def end(self):
        if self.is_chunked:
            self.writer.write(b"0\r\n\r\n")
        await self.writer.drain()

    def cut(self):
        """The connection, in the midst of it all."""
        self.writer.transport.close()
