"""HTTP/2 frames as bytes, valid or not (RFC 9113 section 4), and header blocks without any state (RFC 7541)."""

import struct
from dataclasses import dataclass

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

(DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION) = range(10)
TYPES = ("DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING", "GOAWAY", "WINDOW_UPDATE",
         "CONTINUATION")

END_STREAM = ACK = 0x1
END_HEADERS = 0x4
PADDED = 0x8
WITH_PRIORITY = 0x20

(NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, SETTINGS_TIMEOUT, STREAM_CLOSED, FRAME_SIZE_ERROR,
 REFUSED_STREAM, CANCEL, COMPRESSION_ERROR, CONNECT_ERROR, ENHANCE_YOUR_CALM, INADEQUATE_SECURITY,
 HTTP_1_1_REQUIRED) = range(14)
CODES = ("NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
         "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM",
         "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED")

(HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE, MAX_HEADER_LIST_SIZE) = (
    range(1, 7))
ENABLE_CONNECT_PROTOCOL = 8


def code_name(code):
    return CODES[code] if code < len(CODES) else f"code {code}"


@dataclass(frozen=True)
class Frame:
    type: int
    flags: int
    stream: int
    payload: bytes
    reserved: int = 0
    """The bit in front of the stream's id."""

    @property
    def code(self):
        """The error code of RST_STREAM or GOAWAY."""
        return struct.unpack(">I", self.payload[4:8] if self.type == GOAWAY else self.payload[:4])[0]

    @property
    def last_stream(self):
        """Of GOAWAY."""
        return struct.unpack(">I", self.payload[:4])[0] & 0x7FFFFFFF

    @property
    def settings(self):
        return {key: value for key, value in struct.iter_unpack(">HI", self.payload)}

    def __str__(self):
        name = TYPES[self.type] if self.type < len(TYPES) else f"type {self.type}"
        code = f" {code_name(self.code)}" if self.type in (RST_STREAM, GOAWAY) else ""
        return f"{name}{code} on {self.stream}"


def frame(type, flags=0, stream=0, payload=b"", length=None, reserved=0):
    """`length`: what the frame says of itself where that is not the truth."""
    length = len(payload) if length is None else length
    return struct.pack(">I", length)[1:] + bytes((type, flags)) + struct.pack(">I", stream | reserved << 31) + payload


def data(stream, payload=b"", end=False, flags=0, pad=None):
    return frame(DATA, flags | (END_STREAM if end else 0) | (PADDED if pad is not None else 0), stream, padded(payload, pad))


def headers(stream, block, end=True, flags=END_HEADERS, pad=None, priority=None):
    """`block`: bytes, or pairs of a name and a value. `priority`: (stream, weight)."""
    payload = block if isinstance(block, bytes) else fields(block)
    if priority:
        flags |= WITH_PRIORITY
        payload = struct.pack(">IB", *priority) + payload
    return frame(
        HEADERS, flags | (END_STREAM if end else 0) | (PADDED if pad is not None else 0), stream, padded(payload, pad))


def padded(payload, pad):
    return payload if pad is None else bytes((pad,)) + payload + bytes(pad)


def continuation(stream, block=b"", flags=END_HEADERS):
    return frame(CONTINUATION, flags, stream, block if isinstance(block, bytes) else fields(block))


def priority(stream, dependency=0, weight=15):
    return frame(PRIORITY, 0, stream, struct.pack(">IB", dependency, weight))


def rst_stream(stream, code=CANCEL):
    return frame(RST_STREAM, 0, stream, struct.pack(">I", code))


def settings(pairs=(), flags=0, stream=0):
    pairs = pairs.items() if isinstance(pairs, dict) else pairs
    return frame(SETTINGS, flags, stream, b"".join(struct.pack(">HI", key, value) for key, value in pairs))


def push_promise(stream, promised, block=b"", flags=END_HEADERS):
    return frame(
        PUSH_PROMISE, flags, stream,
        struct.pack(">I", promised) + (block if isinstance(block, bytes) else fields(block)))


def ping(payload=b"12345678", flags=0, stream=0):
    return frame(PING, flags, stream, payload)


def goaway(last_stream=0, code=NO_ERROR, debug=b"", stream=0):
    return frame(GOAWAY, 0, stream, struct.pack(">II", last_stream, code) + debug)


def window_update(stream, increment):
    return frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", increment))


def integer(value, prefix, first=0):
    """RFC 7541 section 5.1."""
    most = (1 << prefix) - 1
    if value < most:
        return bytes((first | value,))
    found = bytearray((first | most,))
    value -= most
    while value >= 128:
        found.append(value % 128 + 128)
        value //= 128
    return bytes((*found, value))


def string(value):
    value = value.encode("latin-1") if isinstance(value, str) else value
    return integer(len(value), 7) + value


def field(name, value):
    """A literal that is not indexed (RFC 7541 section 6.2.2): what it says never depends on what was said before."""
    return b"\0" + string(name) + string(value)


def indexing_field(name, value):
    """A literal that enters the dynamic table (section 6.2.1)."""
    return b"\x40" + string(name) + string(value)


def indexed(index):
    return integer(index, 7, 0x80)


def table_size(size):
    return integer(size, 5, 0x20)


def fields(pairs):
    return b"".join(field(name, value) for name, value in pairs)
