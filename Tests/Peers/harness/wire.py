"""One HTTP/2 connection seen as frames, from either end: what arrives is kept, what has to be acknowledged is."""

import socket
import struct
import time
from dataclasses import dataclass, field

import hpack

from . import frames
from .program import GaveUp, PATIENCE


@dataclass
class Message:
    """What arrived on a stream."""
    heads: list = field(default_factory=list)
    """Header blocks in order: 1xx, the head, trailers. Each a list of pairs of text."""
    body: bytes = b""
    ended: bool = False
    reset: int = None
    """The code of RST_STREAM."""

    @property
    def status(self):
        """Of the last head that is not 1xx, or None."""
        for head in self.heads:
            found = dict(head).get(":status")
            if found and not found.startswith("1"):
                return int(found)
        return None

    def field(self, name):
        """The values of a field in any block."""
        return [value for head in self.heads for key, value in head if key == name]

    @property
    def is_over(self):
        return self.ended or self.reset is not None


class Wire:
    def __init__(self, connection, patience=PATIENCE):
        self.socket = connection
        self.patience = patience
        self.unread = bytearray()
        self.received = []
        """Every frame."""
        self.messages = {}
        self.goaway = None
        """The last GOAWAY frame."""
        self.closed = False
        self.acknowledges = True
        """SETTINGS and PING are answered as they come."""
        self.returns_window = True
        """What DATA took of the windows is given back as it comes."""
        self.settings = {}
        """What the other side said last of each setting."""
        self.decoder = hpack.Decoder(max_header_list_size=1 << 24)
        self.block = None

    def send(self, *pieces):
        """Returns false where the other side has closed: a peer may do so at any time, and what it said counts."""
        try:
            self.socket.settimeout(self.patience)
            self.socket.sendall(b"".join(pieces))
            return True
        except OSError:
            return False

    def message(self, stream):
        return self.messages.setdefault(stream, Message())

    def read_frame(self, patience=None):
        """The next frame, after it has been entered; None at the end of the connection."""
        deadline = time.monotonic() + (self.patience if patience is None else patience)
        while not self.closed:
            if len(self.unread) >= 9:
                length = int.from_bytes(self.unread[:3], "big")
                if len(self.unread) >= 9 + length:
                    type, flags, stream = struct.unpack(">BBI", self.unread[3:9])
                    found = frames.Frame(
                        type, flags, stream & 0x7FFFFFFF, bytes(self.unread[9:9 + length]), stream >> 31)
                    del self.unread[:9 + length]
                    self.enter(found)
                    return found
            left = deadline - time.monotonic()
            if left <= 0:
                raise GaveUp(f"no frame came; before: {self.summary()}")
            self.receive(left)
        return None

    def receive(self, patience):
        try:
            self.socket.settimeout(max(patience, 0.001))
            piece = self.socket.recv(65536)
        except TimeoutError:
            return
        except OSError:
            piece = b""
        self.unread += piece
        self.closed = not piece

    def until(self, condition, patience=None):
        """Reads until `condition()` holds or the connection is closed; returns what it returned."""
        deadline = time.monotonic() + (self.patience if patience is None else patience)
        while not condition() and not self.closed:
            self.read_frame(max(0, deadline - time.monotonic()))
        return condition()

    def enter(self, found):
        self.received.append(found)
        match found.type:
            case frames.SETTINGS if not found.flags & frames.ACK:
                self.settings.update(found.settings)
                if self.acknowledges:
                    self.send(frames.settings(flags=frames.ACK))
            case frames.PING if not found.flags & frames.ACK and self.acknowledges:
                self.send(frames.ping(found.payload, frames.ACK))
            case frames.GOAWAY:
                self.goaway = found
            case frames.RST_STREAM:
                self.message(found.stream).reset = found.code
            case frames.DATA:
                self.message(found.stream).body += unpadded(found)
                self.message(found.stream).ended = bool(found.flags & frames.END_STREAM)
                if self.returns_window and found.payload:
                    count = len(found.payload)
                    self.send(frames.window_update(0, count), frames.window_update(found.stream, count))
            case frames.HEADERS:
                self.block = [found.stream, found.flags & frames.END_STREAM, without_priority(found)]
                self.end_block(found)
            case frames.CONTINUATION if self.block:
                self.block[2] += found.payload
                self.end_block(found)

    def end_block(self, found):
        if not found.flags & frames.END_HEADERS:
            return
        stream, ended, block = self.block
        self.block = None
        message = self.message(stream)
        message.heads.append([
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in self.decoder.decode(block, raw=True)])
        message.ended = message.ended or bool(ended)

    def summary(self):
        """The last frames, in words."""
        said = ", ".join(str(one) for one in self.received[-12:]) or "nothing"
        statuses = {stream: message.status for stream, message in self.messages.items() if message.status}
        return said + (f"; answers {statuses}" if statuses else "") + ("; closed" if self.closed else "")

    def close(self):
        self.socket.close()


def unpadded(found):
    if not found.flags & frames.PADDED:
        return found.payload
    return found.payload[1:len(found.payload) - found.payload[0]]


def without_priority(found):
    payload = unpadded(found)
    return payload[5:] if found.flags & frames.WITH_PRIORITY else payload


def connect(port, settings=(), preface=True, patience=PATIENCE):
    """A client's connection, after both sides' SETTINGS have been acknowledged."""
    wire = Wire(socket.create_connection(("127.0.0.1", port), patience), patience)
    wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if preface:
        wire.send(frames.PREFACE, frames.settings(settings))
        wire.until(lambda: any(
            one.type == frames.SETTINGS and one.flags & frames.ACK for one in wire.received))
    return wire


def request(method="GET", path="/", authority="test", scheme="http", more=()):
    """The fields of a request."""
    return [(":method", method), (":scheme", scheme), (":path", path), (":authority", authority), *more]


def accept(connection, settings=(), patience=PATIENCE):
    """A server's end of a connection, once the client's preface and a whole request have come."""
    wire = Wire(connection, patience)
    while len(wire.unread) < len(frames.PREFACE) and not wire.closed:
        wire.receive(patience)
    if not wire.unread.startswith(frames.PREFACE):
        raise GaveUp(f"no preface: {bytes(wire.unread[:40])!r}")
    del wire.unread[:len(frames.PREFACE)]
    if settings is not None:
        wire.send(frames.settings(settings))
    wire.until(lambda: any(message.heads for message in wire.messages.values()))
    first = wire.received[0] if wire.received else None
    if first is None or first.type != frames.SETTINGS or first.flags:
        raise GaveUp(f"the client's first frame is {first}")
    return wire
