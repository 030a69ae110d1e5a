"""An HTTP/1.1 origin that does what each request says, however bad."""

import asyncio
from dataclasses import replace

from . import plan as plans
from .origins import Ended, Origin, content, cut


class HTTP1Origin(Origin):
    async def serve(self, reader, writer):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            method, path, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
            fields = head.lower()
            plan = plans.read(path)
            deed = self.deed(plan)
            if deed.name == "early":
                # The request's body is read to its end afterwards, or the connection could not go on.
                self.write(writer, plan, deed)
                await writer.drain()
                await self.take(reader, writer, plan, method, fields)
                continue
            if deed.name in ("end-before", "reset-before"):
                raise cut(writer, deed.name == "reset-before")
            await self.take(reader, writer, plan, method, fields)
            await self.act(reader, writer, plan, deed)

    async def take(self, reader, writer, plan, method, fields):
        if b"\r\nexpect: 100-continue" in fields:
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = bytearray()
        try:
            if b"\r\ntransfer-encoding: chunked" in fields:
                while size := int((await reader.readuntil(b"\r\n")), 16):
                    body += await reader.readexactly(size)
                    await reader.readexactly(2)
                await reader.readuntil(b"\r\n")
            elif b"\r\ncontent-length: " in fields:
                count = int(fields.split(b"\r\ncontent-length: ")[1].split(b"\r\n")[0])
                body += await reader.readexactly(count)
        except asyncio.IncompleteReadError as cut:
            self.check(plan, method, bytes(body + cut.partial), False)
            raise
        self.check(plan, method, bytes(body), True)

    def head(self, plan, deed):
        framing = "transfer-encoding: chunked" if deed.is_chunked else f"content-length: {deed.size}"
        return f"HTTP/1.1 {deed.status} Text\r\nx-number: {plan.number}\r\n{framing}\r\n\r\n".encode()

    def write(self, writer, plan, deed, most=None):
        writer.write(self.head(plan, deed))
        if plan.method == "HEAD":
            return
        body = content(plan, deed)
        sent = body if most is None else body[:most]
        if not deed.is_chunked:
            writer.write(sent)
            return
        for start in range(0, len(sent), 9000):
            piece = sent[start:start + 9000]
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        if most is None:
            writer.write(b"0\r\n\r\n")

    async def act(self, reader, writer, plan, deed):
        match deed.name:
            case "answer" | "goaway-and-answer":
                self.write(writer, plan, deed)
                await writer.drain()
            case "half-close":
                self.write(writer, plan, deed)
                await writer.drain()
                writer.write_eof()
                await reader.read(1)
                raise Ended
            case "silence":
                await reader.read(1)
                raise Ended
            case "end-within-head" | "reset-within-head":
                writer.write(self.head(plan, deed)[:deed.cut % 40 + 1])
                await writer.drain()
                raise cut(writer, deed.name.startswith("reset"))
            case "end-within-body" | "reset-within-body":
                self.write(writer, plan, deed, deed.cut)
                await writer.drain()
                raise cut(writer, deed.name.startswith("reset"))
            case "stall-within-body":
                self.write(writer, plan, deed, deed.cut)
                await reader.read(1)
                raise Ended
            case "nonsense-for-head":
                writer.write(b"\0\1\2 nonsense\r\n\r\n")
            case "nonsense-in-body":
                writer.write(self.head(plan, replace(deed, is_chunked=True)) + b"zz\r\nnonsense")
            case _:
                raise cut(writer, False)
