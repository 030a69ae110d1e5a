"""What clients may do to wear a proxy out: for each attack the bytes of one connection, made before."""

import importlib.util
import sys
from dataclasses import dataclass
from typing import Callable

from .settings import PROJECT


def load_frames():
    """The peers' tests build frames, too; their module needs nothing but Python."""
    name = "peers_frames"
    specification = importlib.util.spec_from_file_location(name, PROJECT / "Tests" / "Peers" / "harness" / "frames.py")
    sys.modules[name] = module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


f = load_frames()

SHORT, LONG = 240, 20_000
"""Frames on a connection: about as many as Apus forgives a new one, so that the attacker sends nothing in vain and may go on
at once with the next connection; and so many that no proxy should take them."""


@dataclass(frozen=True)
class Attack:
    name: str
    make: Callable
    """Gives the frames for a count, behind the preface and SETTINGS."""
    counts: tuple = (SHORT, LONG)
    settings: tuple = ()
    held: int = 0
    """So many connections are opened and held, instead of one after the other."""
    version: int = 2
    """Of HTTP."""
    is_judged: bool = True
    """By its CPU time. What its requests cost is no more than what they cost anybody, so those are not that reach the
    origin by intention."""

    def bytes(self, count):
        if self.version == 1:
            return b"".join(self.make(count))
        return f.PREFACE + f.settings(self.settings) + b"".join(self.make(count))


def block(path="/", method="GET"):
    """Method, scheme and authority as short as HPACK has them."""
    return f.indexed(2 if method == "GET" else 3) + f.indexed(6) + short_path(path) + b"\x01" + f.string("bench")


def short_path(path):
    return f.indexed(4) if path == "/" else b"\x04" + f.string(path)


GET = block()
POST = block(method="POST")
HUGE = block("/bytes/1048576")


def streams(count):
    return range(1, 2 * count, 2)


def each(frames):
    """`frames(stream)` on ever new streams."""
    return lambda count: (frames(stream) for stream in streams(count))


def repeated(frame, opening=b""):
    return lambda count: (opening, frame * count)


def bomb(entry, index_count):
    """A large field enters the table once, and then a byte stands for it."""
    def make(count):
        yield f.headers(1, GET + entry)
        for stream in streams(count)[1:]:
            yield f.headers(stream, GET + f.indexed(62) * index_count)
    return make


def refused_bomb(count):
    """More streams than are allowed, with blocks of 16,000 bytes of which each is a field, and that nobody reads."""
    for stream in streams(100):
        yield f.headers(stream, POST, end=False)
    for stream in streams(100 + count)[100:]:
        yield f.headers(stream, GET + f.indexed(2) * 16000)


def in_turn(number, content, step=2):
    """Small messages on so many streams, as clients of gRPC together send them."""
    def make(count):
        opened = range(1, 1 + number * step, step)
        for stream in opened:
            yield f.headers(stream, POST, end=False)
        for frame in range(count):
            yield f.data(opened[frame % number], content)
    return make


def chunked(chunk):
    """An upload over HTTP/1.1 that does not end."""
    return lambda count: (b"POST / HTTP/1.1\r\nHost: bench\r\nTransfer-Encoding: chunked\r\n\r\n", chunk * count)


PINCHED, SHUT = ((f.INITIAL_WINDOW_SIZE, 1),), ((f.INITIAL_WINDOW_SIZE, 0),)
HELD_STREAMS, HELD_CONNECTIONS = 100, 50

ALL = (
    Attack("requests, for comparison", each(lambda stream: f.headers(stream, GET)), (100,), is_judged=False),
    Attack("connections without a request", lambda count: (), (0,)),
    Attack("rapid reset", each(lambda stream: f.headers(stream, GET) + f.rst_stream(stream))),
    Attack("MadeYouReset: window overflow", each(
        lambda stream: f.headers(stream, POST, end=False) + f.window_update(stream, (1 << 31) - 1)), (SHORT // 3, LONG)),
    Attack("MadeYouReset: malformed requests", each(lambda stream: f.headers(stream, GET + f.field("BAD", "")))),
    Attack("CONTINUATION", repeated(f.continuation(1, b"", 0), f.headers(1, GET, flags=0)), (8, LONG)),
    Attack("SETTINGS", repeated(f.settings()), (SHORT // 5, LONG)),
    Attack("SETTINGS that move 90 windows", repeated(
        f.settings([(f.INITIAL_WINDOW_SIZE, 1)]) + f.settings([(f.INITIAL_WINDOW_SIZE, 0)]),
        b"".join(f.headers(stream, HUGE) for stream in streams(90))), (LONG,), SHUT),
    Attack("PING", repeated(f.ping())),
    Attack("PRIORITY", repeated(f.priority(1))),
    Attack("empty DATA", repeated(f.data(1), f.headers(1, POST, end=False))),
    Attack("DATA of 8 bytes", repeated(f.data(1, b"12345678"), f.headers(1, POST, end=False))),
    Attack("DATA of 8 bytes on streams in turn", in_turn(10, b"12345678"), (10 * LONG,)),
    Attack("DATA of 8 bytes on streams whose numbers end alike", in_turn(10, b"12345678", 1 << 16), (10 * LONG,)),
    Attack("DATA of 5 bytes on 90 streams in turn", in_turn(90, b"12345"), (10 * LONG,), is_judged=False),
    Attack("DATA of 5 bytes, and WINDOW_UPDATE", repeated(
        f.data(1, b"12345") + f.window_update(0, 1), f.headers(1, POST, end=False))),
    Attack("DATA of 8 bytes with padding", repeated(f.data(1, b"12345678", pad=0), f.headers(1, POST, end=False))),
    Attack("DATA of a byte with padding", repeated(f.data(1, b"x", pad=0), f.headers(1, POST, end=False)), (10 * LONG,)),
    Attack("DATA of a byte on a stream that is over", repeated(
        f.data(1, b"x"), f.headers(1, POST + f.field("content-length", "1"), end=False) + f.data(1, b"xx")), (10 * LONG, 100 * LONG)),
    Attack("HTTP/1.1, chunks of a byte", chunked(b"1\r\nx\r\n"), (SHORT, 10 * LONG), version=1),
    Attack("HTTP/1.1, chunks with zeros in front", chunked(b"00000001\r\nx\r\n"), (10 * LONG,), version=1),
    Attack("HTTP/1.1, chunks with extensions", chunked(b"1;a\r\nx\r\n"), (10 * LONG,), version=1),
    Attack("WINDOW_UPDATE", repeated(f.window_update(0, 1))),
    Attack("WINDOW_UPDATE on a stream", repeated(f.window_update(1, 1), f.headers(1, HUGE)), settings=SHUT),
    Attack("frames of unknown types", repeated(f.frame(0xBE))),
    Attack("HPACK bomb: a large field", bomb(f.indexing_field("x", "v" * 4000), 2000), (2, 500)),
    Attack("HPACK bomb: tiny fields", each(lambda stream: f.headers(stream, GET + f.field("a", "") * 1000)), (1, 500)),
    Attack("HPACK bomb: refused streams", refused_bomb, (500,)),
    Attack("cookie crumbs", bomb(f.indexing_field("cookie", "a=b"), 8000), (2, 500)),
    Attack("zero windows held", each(lambda stream: f.headers(stream, HUGE)), (HELD_STREAMS,), SHUT, HELD_CONNECTIONS),
    Attack("1-byte windows held", each(lambda stream: f.headers(stream, HUGE)), (HELD_STREAMS,), PINCHED, HELD_CONNECTIONS),
    Attack("usual windows held", each(lambda stream: f.headers(stream, HUGE)), (HELD_STREAMS,), (), HELD_CONNECTIONS,
           is_judged=False),
)
