"""Sections 3 to 5: the connection, framing, streams."""

from harness import frames as f
from harness.expect import connection_error, ignored, nothing_undefined, that
from harness.steps import after_ping, until

from ..client_row import GOOD, ClientRow, answer, any_end, cut, delivered, refused, refused_or_cut

BLOCK = f.fields([(":status", "200"), ("x-a", "b")])


def close(wire):
    wire.close()


def has_all(wire):
    return wire.message(1).ended


def too_long(build):
    return lambda wire: wire.send(build(wire.settings.get(f.MAX_FRAME_SIZE, 16384) + 1))


def within_block(frame):
    return f.headers(1, BLOCK[:9], flags=0) + frame + f.continuation(1, BLOCK[9:])


ROWS = [
    ClientRow("3.4", "no SETTINGS from the server", f.ping() + GOOD, refused, connection_error(f.PROTOCOL_ERROR),
              settings=None),
    ClientRow("3.4", "an HTTP/1.1 answer", b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", refused,
              connection_error(f.PROTOCOL_ERROR, f.FRAME_SIZE_ERROR), settings=None),
    ClientRow("3.4", "the connection ends before an answer", [close], refused),
    ClientRow("4.1", "a frame of unknown type", f.frame(0xBE, 0xFF, 1, b"x") + GOOD, delivered()),
    ClientRow("4.1", "a reserved bit", f.frame(f.PING, 0, 0, b"reserved", reserved=1) + GOOD, delivered()),
    ClientRow("4.1", "flags that are not defined, and reserved bits, are left unset in what is sent",
              [f.ping(b"upstream"), until(has_all), answer(end=False) + f.data(1, bytes(16384)) * 3 + f.data(1, b"", True),
               after_ping(), f.ping(b"1234567")], delivered(bytes(3 * 16384)), nothing_undefined(
                   f.DATA, f.HEADERS, f.SETTINGS, f.PING, f.GOAWAY, f.WINDOW_UPDATE), method="POST", body=bytes(60_000)),
    ClientRow("4.1", "the connection ends within an answer", [answer(end=False), f.data(1, b"par"), close], cut),
    ClientRow("4.2", "DATA that is too long", [answer(end=False), too_long(lambda n: f.data(1, bytes(n), True))],
              refused_or_cut, connection_error(f.FRAME_SIZE_ERROR)),
    ClientRow("4.2", "HEADERS that are too long",
              [too_long(lambda n: f.headers(1, BLOCK + bytes(n - len(BLOCK))))], refused,
              connection_error(f.FRAME_SIZE_ERROR)),
    ClientRow("4.3", "a header block that cannot be decoded", f.headers(1, b"\x00\x00\x01" + BLOCK), refused,
              connection_error(f.COMPRESSION_ERROR)),
    ClientRow("4.3", "a header block in three frames",
              f.headers(1, BLOCK[:3], end=True, flags=0) + f.continuation(1, BLOCK[3:8], 0)
              + f.continuation(1, BLOCK[8:]), delivered(b"")),
    *(
        ClientRow("4.3", f"{name} within a header block", within_block(frame), refused,
                  connection_error(f.PROTOCOL_ERROR))
        for name, frame in (
            ("DATA", f.data(1, b"x")), ("HEADERS", f.headers(1, BLOCK)), ("PING", f.ping()),
            ("SETTINGS", f.settings()), ("RST_STREAM", f.rst_stream(1)), ("WINDOW_UPDATE", f.window_update(0, 1)),
            ("a frame of unknown type", f.frame(0xBE)))),
    *(
        ClientRow("5.1", f"{name} on an idle stream", frame, refused, connection_error(f.PROTOCOL_ERROR))
        for name, frame in (
            ("HEADERS", answer(stream=31)), ("DATA", f.data(31, b"x")), ("RST_STREAM", f.rst_stream(31)),
            ("WINDOW_UPDATE", f.window_update(31, 1)), ("CONTINUATION", f.continuation(31)))),
    *(
        ClientRow("5.1", f"{name} on an idle stream of the server's", frame, refused, connection_error(f.PROTOCOL_ERROR))
        for name, frame in (
            ("DATA", f.data(2, b"x")), ("RST_STREAM", f.rst_stream(2)), ("WINDOW_UPDATE", f.window_update(2, 1)))),
    ClientRow("5.1", "PRIORITY on an idle stream", f.priority(31) + GOOD, delivered()),
    ClientRow("5.1", "HEADERS on a stream of the server's own", answer(stream=2), refused,
              connection_error(f.PROTOCOL_ERROR)),
    ClientRow("5.1", "DATA after the end of the answer", [GOOD, f.data(1, b"more", True)], delivered(), that(
        lambda wire: True, "it counts for nothing")),
    ClientRow("5.5", "an unknown setting", f.settings([(0x7777, 7)]) + GOOD, delivered()),
]
