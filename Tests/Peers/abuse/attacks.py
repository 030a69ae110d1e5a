"""The attacks. Their frames are made as they are sent, so that this is part of what they cost the attacker."""

from dataclasses import dataclass
from typing import Callable

from harness import frames as f, wire

COUNT = 20_000
"""Frames in one attack, unless the proxy ends it before. Well past what any honest client sends at once."""

REQUEST = f.fields(wire.request(path="/x/plain"))
HELD = f.fields(wire.request(path="/x/hold/attacked"))
UPLOAD = f.fields(wire.request("POST", "/x/late-reader"))


@dataclass(frozen=True)
class Attack:
    name: str
    pieces: Callable
    """Gives bytes, each sent in turn; between them it is looked whether anything came back."""
    settings: tuple = ()
    reads: bool = True
    """Whether the attacker takes what is sent to it."""
    also: tuple = ()
    """Codes with which the connection may end besides ENHANCE_YOUR_CALM: what is sent is wrong in itself, too, such as
    more streams at a time than are allowed. "open": it need not end, since the frames are put together, and cost less
    than it costs to send them."""
    may_go_on: bool = False
    """An application may do so letter by letter: it is enough that it costs no more than it costs the sender."""


def chunks(frames, opening=b"", size=4096):
    """Joins frames to pieces of about that size."""
    def pieces():
        piece = bytearray(opening)
        for frame in frames():
            piece += frame
            if len(piece) >= size:
                yield bytes(piece)
                piece.clear()
        yield bytes(piece)
    return pieces


def streams(count=COUNT):
    return range(1, 2 * count, 2)


def repeated(frame, opening=b"", count=COUNT):
    return chunks(lambda: (frame() for _ in range(count)), opening)


def on_streams(frames, count=COUNT):
    """`frames(stream)` on ever new streams."""
    return chunks(lambda: (frames(stream) for stream in streams(count)))


def made_you_reset(frame):
    """Streams that the *server* has to reset, so that no count of the client's own resets grows."""
    return on_streams(lambda stream: f.headers(stream, UPLOAD, end=False) + frame(stream))


def bomb(block, opening):
    """Header blocks of a few bytes that decode to many."""
    return on_streams(lambda stream: f.headers(stream, REQUEST + (opening if stream == 1 else block)), 500)


CLIENT = [
    Attack("rapid reset", on_streams(lambda stream: f.headers(stream, REQUEST) + f.rst_stream(stream))),
    Attack("made you reset: WINDOW_UPDATE 0", made_you_reset(lambda stream: f.window_update(stream, 0)), also=(f.PROTOCOL_ERROR,)),
    Attack("made you reset: window overflow",
           made_you_reset(lambda stream: f.window_update(stream, (1 << 31) - 1) * 2),
           also=(f.PROTOCOL_ERROR, f.FLOW_CONTROL_ERROR)),
    Attack("made you reset: PRIORITY of 4 bytes",
           made_you_reset(lambda stream: f.frame(f.PRIORITY, 0, stream, b"abcd")), also=(f.FRAME_SIZE_ERROR,)),
    Attack("made you reset: content-length", on_streams(
        lambda stream: f.headers(stream, UPLOAD + f.field("content-length", "1"), end=False) + f.data(stream, b"ab")),
           also=(f.PROTOCOL_ERROR,)),
    Attack("made you reset: malformed heads", on_streams(
        lambda stream: f.headers(stream, REQUEST + f.field("BAD", "1"))), also=(f.PROTOCOL_ERROR,)),
    Attack("CONTINUATION without end",
           repeated(lambda: f.continuation(1, b"", 0), f.headers(1, REQUEST, flags=0))),
    Attack("CONTINUATION with a byte each", repeated(
        lambda: f.continuation(1, b"a", 0),
        f.headers(1, REQUEST + b"\0" + f.string("x") + f.integer(10_000_000, 7), flags=0)), also=(f.COMPRESSION_ERROR,)),
    Attack("CONTINUATION of 16 KiB each", repeated(
        lambda: f.continuation(1, f.field("x", b"y" * 16000), 0), f.headers(1, REQUEST, flags=0), 2000)),
    Attack("SETTINGS", repeated(lambda: f.settings([(f.INITIAL_WINDOW_SIZE, 65535)]))),
    Attack("SETTINGS: a table's size up and down", repeated(
        lambda: f.settings([(f.HEADER_TABLE_SIZE, 0)]) + f.settings([(f.HEADER_TABLE_SIZE, 65536)]))),
    Attack("PING", repeated(f.ping)),
    Attack("PING, nothing read", repeated(f.ping, count=10 * COUNT), reads=False),
    Attack("PRIORITY", repeated(lambda: f.priority(1))),
    Attack("PRIORITY on ever new streams", on_streams(f.priority)),
    Attack("empty DATA", repeated(lambda: f.data(1), f.headers(1, UPLOAD, end=False))),
    Attack("DATA of padding only", repeated(lambda: f.data(1, b"", pad=0), f.headers(1, UPLOAD, end=False))),
    Attack("DATA of a byte", repeated(lambda: f.data(1, b"x"), f.headers(1, UPLOAD, end=False)), may_go_on=True),
    Attack("WINDOW_UPDATE", repeated(lambda: f.window_update(0, 1))),
    Attack("WINDOW_UPDATE on a stream", repeated(lambda: f.window_update(1, 1), f.headers(1, HELD))),
    Attack("frames of unknown types", repeated(lambda: f.frame(0xBE))),
    Attack("RST_STREAM on one stream", repeated(lambda: f.rst_stream(1), f.headers(1, HELD))),
    Attack("a bomb of indexed fields", bomb(f.indexed(62) * 15000, f.indexing_field("x-large", "v" * 4000))),
    Attack("a bomb of crumbs", bomb(f.indexed(62) * 8000, f.indexing_field("cookie", "a=b"))),
    Attack("a bomb of tiny fields", bomb(f.field("a", "") * 3000, b""), also=(f.PROTOCOL_ERROR,)),
    Attack("a table that changes its size in each block", on_streams(lambda stream: f.headers(
        stream, f.table_size(0) + f.table_size(4096) + REQUEST + f.indexing_field("x", "v" * 3000)), 4000), also=(f.PROTOCOL_ERROR,)),
    Attack("streams past the limit", on_streams(lambda stream: f.headers(stream, HELD)), also=(f.PROTOCOL_ERROR,)),
]

HEAD = f.headers(1, [(":status", "200")], end=False)

ORIGIN = [
    Attack("SETTINGS", repeated(lambda: f.settings([(f.INITIAL_WINDOW_SIZE, 65535)]))),
    Attack("SETTINGS: a table's size up and down", repeated(
        lambda: f.settings([(f.HEADER_TABLE_SIZE, 0)]) + f.settings([(f.HEADER_TABLE_SIZE, 65536)]))),
    Attack("PING", repeated(f.ping)),
    Attack("PING, nothing read", repeated(f.ping, count=10 * COUNT), reads=False),
    Attack("PRIORITY", repeated(lambda: f.priority(1))),
    Attack("CONTINUATION without end",
           repeated(lambda: f.continuation(1, b"", 0), f.headers(1, [(":status", "200")], flags=0))),
    Attack("CONTINUATION of 16 KiB each", repeated(
        lambda: f.continuation(1, f.field("x", b"y" * 16000), 0), f.headers(1, [(":status", "200")], flags=0), 2000)),
    Attack("empty DATA", repeated(lambda: f.data(1), HEAD)),
    Attack("DATA of padding only", repeated(lambda: f.data(1, b"", pad=0), HEAD)),
    Attack("DATA of a byte", repeated(lambda: f.data(1, b"x"), HEAD), may_go_on=True),
    Attack("WINDOW_UPDATE", repeated(lambda: f.window_update(0, 1))),
    Attack("WINDOW_UPDATE on a stream", repeated(lambda: f.window_update(1, 1), HEAD)),
    Attack("frames of unknown types", repeated(lambda: f.frame(0xBE))),
    Attack("1xx without end", repeated(lambda: f.headers(1, [(":status", "103"), ("link", "</x>")], end=False))),
    Attack("a bomb of indexed fields", chunks(lambda: iter([
        f.headers(1, f.field(":status", "103") + f.indexing_field("x-large", "v" * 4000), end=False),
        f.headers(1, f.field(":status", "200") + f.indexed(62) * 15000, end=False)]))),
    Attack("1xx with a bomb of crumbs each", repeated(
        lambda: f.headers(1, f.field(":status", "103") + f.indexed(62) * 1000, end=False),
        f.headers(1, f.field(":status", "103") + f.indexing_field("set-cookie", "a=b"), end=False))),
    Attack("a bomb of tiny fields in trailers", repeated(
        lambda: f.headers(1, f.field("a", "") * 3000), HEAD + f.data(1, b"x"))),
    Attack("made you reset: WINDOW_UPDATE 0 without end", repeated(lambda: f.window_update(1, 0), HEAD),
           also=(f.PROTOCOL_ERROR,)),
    Attack("made you reset: window overflow without end", repeated(lambda: f.window_update(1, (1 << 31) - 1), HEAD),
           also=(f.PROTOCOL_ERROR, f.FLOW_CONTROL_ERROR)),
    Attack("made you reset: malformed heads without end", repeated(
        lambda: f.headers(1, [(":status", "200"), ("BAD", "1")], end=False)), also=(f.PROTOCOL_ERROR, f.STREAM_CLOSED)),
    Attack("made you reset: then DATA of a byte", repeated(
        lambda: f.data(1, b"x"), f.headers(1, [(":status", "200"), ("BAD", "1")], end=False)),
           also=("open",)),
    Attack("RST_STREAM of a stream that is gone", repeated(lambda: f.rst_stream(1), HEAD + f.data(1, b"", True))),
]
