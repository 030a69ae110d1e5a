"""An HTTP/2 origin that does what each request says, however bad. Frames and windows are its own."""

import socket

from harness import frames as f

from . import plan as plans
from .frames2 import Connection
from .origins import Origin, content, cut


class HTTP2Origin(Origin):
    async def serve(self, reader, writer):
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await reader.readexactly(len(f.PREFACE))
        connection = Connection(reader, writer)
        connection.send(f.settings([(f.MAX_CONCURRENT_STREAMS, 50)]))
        requests = {}
        while found := await connection.read():
            kind, stream, value, ended = found
            if kind == "head":
                fields = dict(value)
                requests[stream] = [plans.read(fields[":path"]), fields[":method"], bytearray(), None]
                plan = requests[stream][0]
                requests[stream][3] = deed = self.deed(plan)
                if deed.name in ("early", "end-before", "reset-before", "refuse"):
                    await self.act(connection, stream, plan, deed)
            elif kind == "body" and stream in requests:
                requests[stream][2] += value
            elif kind == "reset" and stream in requests:
                plan, method, body, _ = requests.pop(stream)
                self.check(plan, method, bytes(body), False)
            if ended and stream in requests:
                plan, method, body, deed = requests.pop(stream)
                self.check(plan, method, bytes(body), True)
                if deed.name not in ("early", "refuse"):
                    await self.act(connection, stream, plan, deed)

    async def act(self, connection, stream, plan, deed):
        writer = connection.writer
        match deed.name:
            case "answer" | "early" | "half-close":
                connection.answer(stream, plan, deed, content(plan, deed))
            case "silence":
                return
            case "end-before" | "reset-before":
                raise cut(writer, deed.name.startswith("reset"))
            case "end-within-head" | "reset-within-head":
                connection.send(f.headers(stream, f.field(":status", str(deed.status)), False)[:deed.cut % 12 + 1])
                await writer.drain()
                raise cut(writer, deed.name.startswith("reset"))
            case "end-within-body" | "reset-within-body":
                connection.answer(stream, plan, deed, content(plan, deed)[:deed.cut], False)
                await writer.drain()
                raise cut(writer, deed.name.startswith("reset"))
            case "stall-within-body":
                connection.answer(stream, plan, deed, content(plan, deed)[:deed.cut], False)
            case "nonsense-for-head":
                connection.send(f.headers(stream, f.field(":status", "many"), True))
            case "nonsense-in-body":
                connection.answer(stream, plan, deed, content(plan, deed)[:deed.cut], False)
                connection.send(f.window_update(0, 0))
            case "refuse":
                connection.send(f.rst_stream(stream, f.REFUSED_STREAM))
            case "stream-reset":
                connection.send(f.rst_stream(stream, f.INTERNAL_ERROR))
            case "stream-reset-within-body":
                connection.answer(stream, plan, deed, content(plan, deed)[:deed.cut], False)
                connection.waiting.pop(stream, None)
                connection.send(f.rst_stream(stream, (f.CANCEL, f.INTERNAL_ERROR, f.NO_ERROR)[deed.cut % 3]))
            case "goaway":
                connection.send(f.goaway(max(0, stream - 2)))
            case "goaway-and-answer":
                connection.answer(stream, plan, deed, content(plan, deed))
                connection.send(f.goaway(stream))
