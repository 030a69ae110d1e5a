"""One HTTP/2 connection of a peer that knows frames and windows, and believes nothing else to be right."""

import asyncio
import struct

import hpack

from harness import frames as f
from harness.wire import unpadded, without_priority


class Connection:
    def __init__(self, reader, writer, window=65_535):
        self.reader, self.writer = reader, writer
        self.decoder = hpack.Decoder()
        self.room = 65_535
        """What the peer takes on the connection."""
        self.first = 65_535
        self.rooms = {}
        self.waiting = {}
        """By stream: bytes that the windows do not take yet, and whether they are the last."""
        self.goaway = None
        self.returns = True
        """Windows are given back."""

    def send(self, *pieces):
        self.writer.write(b"".join(pieces))

    def answer(self, stream, plan, deed, body, ends=True):
        if plan.method == "HEAD":
            body, ends = b"", True
        whole = ends and not body
        length = [] if deed.is_chunked else [("content-length", str(deed.size))]
        self.send(f.headers(stream, [(":status", str(deed.status)), ("x-number", str(plan.number)), *length], whole))
        if not whole:
            self.put(stream, body, ends)

    def put(self, stream, body, ends=True):
        self.waiting[stream] = (body, ends)
        self.pump()

    def pump(self):
        for stream, (body, ends) in list(self.waiting.items()):
            while True:
                room = min(self.room, self.rooms.get(stream, 0) + self.first, len(body), 16_384)
                if room <= 0 and body or not body and not ends:
                    break
                piece, body = body[:room], body[room:]
                self.room -= room
                self.rooms[stream] = self.rooms.get(stream, 0) - room
                self.send(f.data(stream, piece, ends and not body))
                if not body:
                    break
            if body:
                self.waiting[stream] = (body, ends)
            else:
                del self.waiting[stream]

    async def read(self):
        """What came: ("head" | "body" | "reset", stream, value, whether the stream ended). None at the end."""
        while True:
            try:
                header = await self.reader.readexactly(9)
                length = int.from_bytes(header[:3], "big")
                kind, flags, stream = struct.unpack(">BBI", header[3:])
                frame = f.Frame(kind, flags, stream & 0x7FFFFFFF, await self.reader.readexactly(length))
            except (asyncio.IncompleteReadError, OSError):
                return None
            if (found := await self.enter(frame)) is not None:
                return found

    async def enter(self, frame):
        match frame.type:
            case f.SETTINGS if not frame.flags & f.ACK:
                self.first = frame.settings.get(f.INITIAL_WINDOW_SIZE, self.first)
                self.send(f.settings(flags=f.ACK))
                self.pump()
            case f.PING if not frame.flags & f.ACK:
                self.send(f.ping(frame.payload, f.ACK))
            case f.GOAWAY:
                self.goaway = frame
            case f.WINDOW_UPDATE:
                (count,) = struct.unpack(">I", frame.payload)
                if frame.stream:
                    self.rooms[frame.stream] = self.rooms.get(frame.stream, 0) + count
                else:
                    self.room += count
                self.pump()
            case f.RST_STREAM:
                self.waiting.pop(frame.stream, None)
                return "reset", frame.stream, frame.code, False
            case f.DATA:
                if frame.payload and self.returns:
                    count = len(frame.payload)
                    self.send(f.window_update(0, count), f.window_update(frame.stream, count))
                return "body", frame.stream, unpadded(frame), bool(frame.flags & f.END_STREAM)
            case f.HEADERS:
                block = without_priority(frame)
                while not frame.flags & f.END_HEADERS:
                    header = await self.reader.readexactly(9)
                    rest = await self.reader.readexactly(int.from_bytes(header[:3], "big"))
                    block += rest
                    if header[4] & f.END_HEADERS:
                        break
                return "head", frame.stream, self.decoder.decode(block), bool(frame.flags & f.END_STREAM)
        return None
