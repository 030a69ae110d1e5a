#!/usr/bin/env python3
"""Writes long inputs for the HTTP/2 fuzz targets: Tests/Fuzz/seeds.py DIRECTORY server|client

Many small DATA frames in one input, as they are put together: more than 4,096 pieces, more than 16,000 octets, on one stream and
on many, with what breaks off in between. libFuzzer by itself does not get there.
"""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Peers"))

from harness import frames as f  # noqa: E402

REQUEST = [(":method", "POST"), (":scheme", "http"), (":path", "/"), (":authority", "test")]
ANSWER = [(":status", "200")]


def heads(role, streams, more=(), end=False):
    """Of requests; or of answers to what the target has asked for."""
    return b"".join(
        f.headers(stream, [*(REQUEST if role == "server" else ANSWER), *more], end=end)
        for stream in streams)


def pieces(draw, streams, count, sizes, padded=0.0):
    """Small DATA frames on streams in turn or at random."""
    found = bytearray()
    for index in range(count):
        stream = streams[index % len(streams)] if draw.random() < 0.8 else draw.choice(streams)
        pad = draw.choice((0, 1, 7, 255)) if draw.random() < padded else None
        found += f.data(stream, bytes((65 + index % 26,)) * draw.choice(sizes), pad=pad)
    return bytes(found)


def ends(streams):
    return b"".join(f.data(stream, b"", True) for stream in streams)


def seeds(role, draw):
    # A client that is fuzzed has three requests under way, of which the second is HEAD.
    many = list(range(1, 181, 2)) if role == "server" else [1, 5]
    one, start = [1], f.settings()
    yield "one-stream", start + heads(role, one) + pieces(draw, one, 5000, (1,)) + ends(one)
    yield "many-streams", start + heads(role, many) + pieces(draw, many, 4500, (1, 2, 5)) + ends(many)
    yield "octets", start + heads(role, many[:2]) + pieces(draw, many[:2], 150, (100, 300, 511, 512, 513)) + ends(many[:2])
    yield "padded", start + heads(role, many[:9]) + pieces(draw, many[:9], 900, (1, 3, 63, 64, 65), 0.5) + ends(many[:9])
    yield "window", start + heads(role, one) + pieces(draw, one, 280, (400,)) + f.window_update(1, 0)
    yield "length", (start + heads(role, one, [("content-length", "4200")]) + pieces(draw, one, 4300, (1,)) + ends(one))
    yield "reset", (start + heads(role, many) + pieces(draw, many, 2100, (1, 4)) + b"".join(map(f.rst_stream, many[::2]))
                    + pieces(draw, many, 2100, (1, 4)) + ends(many))
    yield "malformed", (start + heads(role, one, [("BAD", "1")]) + heads(role, many[1:]) + pieces(draw, many, 4200, (1, 9))
                        + ends(many[1:]))
    yield "between", start + heads(role, many) + b"".join(
        pieces(draw, many, draw.randrange(1, 200), (1, 2, 60)) + draw.choice((
            f.ping(), f.settings(), f.window_update(0, 1), f.window_update(many[0], 9), f.priority(3), f.frame(0xBE),
            f.data(many[-1]), f.data(many[-1], b"", pad=3), f.headers(many[-1], [("x-after", "1")])))
        for _ in range(36)) + ends(many)
    for name, last in (
            ("frame-size", f.data(1, bytes(16385))), ("idle", f.data(9001, b"x")), ("stream-0", f.data(0, b"x")),
            ("padding", f.frame(f.DATA, f.PADDED, 1, b"\x05abcd")), ("compression", f.headers(many[-1], b"\x80"))):
        yield name, start + heads(role, many) + pieces(draw, many, 300, (1, 8)) + last + pieces(draw, many, 50, (1,)) + f.ping(b"1")


def main():
    directory, role = Path(sys.argv[1]), sys.argv[2]
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in seeds(role, random.Random(1)):
        (directory / name).write_bytes(content)


main()
