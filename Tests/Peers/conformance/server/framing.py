"""Section 4: HTTP frames."""

from harness import frames as f, wire as w
from harness.expect import answer, connection_error, ignored, nothing_undefined, ping_answered, stream_error
from harness.steps import after_answer, after_ping

from ..row import Row
from ..vocabulary import get, post


def too_long(build):
    """A frame of one byte more than the server takes."""
    return lambda wire: wire.send(build(wire.settings.get(f.MAX_FRAME_SIZE, 16384) + 1))


BLOCK = f.fields(w.request(path="/c/plain"))


def within_block(frame):
    """Between the two halves of a header block nothing else may come."""
    return (f.headers(1, BLOCK[:20], flags=0) + frame + f.continuation(1, BLOCK[20:]))


ROWS = [
    Row("4.1", "a frame of unknown type", f.frame(0xBE, 0xFF, 0, b"whatever"), ignored),
    Row("4.1", "a frame of unknown type on an open stream", [post(), f.frame(0xBE, 0, 1, b"x"), f.data(1, b"", True)],
        answer()),
    Row("4.1", "undefined flags of PING", f.ping(b"flagged!", flags=0xFE), ping_answered(b"flagged!")),
    Row("4.1", "undefined flags of HEADERS and DATA",
        post(flags=f.END_HEADERS | 0x82) + f.data(1, b"x", True, flags=0xF6), answer()),
    Row("4.1", "the reserved bit of a stream's id", f.frame(f.PING, 0, 0, b"reserved", reserved=1),
        ping_answered(b"reserved")),
    Row("4.1", "flags that are not defined, and reserved bits, are left unset in what is sent",
        [post(path="/c/echo") + f.data(1, bytes(16384)) * 12 + f.data(1, b"", True), f.ping(b"flagged!"), after_answer(),
         f.headers(3, w.request(more=[("BAD", "1")]), end=False), after_ping(), f.ping(b"1234567")], nothing_undefined(
             f.DATA, f.HEADERS, f.RST_STREAM, f.SETTINGS, f.PING, f.GOAWAY, f.WINDOW_UPDATE)),
    Row("4.2", "DATA of 2^14 bytes", post() + f.data(1, bytes(16384), True), answer()),
    Row("4.2", "HEADERS of 2^14 bytes",
        f.headers(1, BLOCK + f.field("x", "a" * (16384 - len(BLOCK) - 8))[:16384 - len(BLOCK)]), answer(200, 431)),
    Row("4.2", "DATA that is too long", [post(), too_long(lambda count: f.data(1, bytes(count), True))],
        stream_error(f.FRAME_SIZE_ERROR)),
    Row("4.2", "HEADERS that are too long", [too_long(lambda count: f.headers(1, BLOCK + bytes(count - len(BLOCK))))],
        connection_error(f.FRAME_SIZE_ERROR), served=False),
    Row("4.2", "CONTINUATION that is too long",
        [f.headers(1, BLOCK[:5], flags=0), too_long(lambda count: f.continuation(1, bytes(count), 0))],
        connection_error(f.FRAME_SIZE_ERROR), served=False),
    Row("4.2", "SETTINGS that are too long",
        [too_long(lambda count: f.settings([(0xFFF0, 1)] * (count // 6 + 1)))], connection_error(f.FRAME_SIZE_ERROR)),
    Row("4.2", "a frame of unknown type that is too long", [too_long(lambda count: f.frame(0xBE, 0, 0, bytes(count)))],
        connection_error(f.FRAME_SIZE_ERROR)),
    Row("4.3", "a header block in four frames",
        f.headers(1, BLOCK[:5], flags=0) + f.continuation(1, BLOCK[5:9], 0) + f.continuation(1, BLOCK[9:30], 0)
        + f.continuation(1, BLOCK[30:]), answer()),
    Row("4.3", "a header block whose last frame is empty", f.headers(1, BLOCK, flags=0) + f.continuation(1), answer()),
    Row("4.3", "a header block that cannot be decoded", f.headers(1, b"\x00\x00\x01" + BLOCK),
        connection_error(f.COMPRESSION_ERROR), served=False),
    *(
        Row("4.3", f"{name} within a header block", within_block(frame), connection_error(f.PROTOCOL_ERROR),
            served=False)
        for name, frame in (
            ("DATA", f.data(1, b"x")), ("HEADERS of the same stream", f.headers(1, BLOCK)),
            ("HEADERS of another stream", f.headers(3, BLOCK)), ("CONTINUATION of another stream", f.continuation(3)),
            ("PRIORITY", f.priority(1)), ("RST_STREAM", f.rst_stream(1)), ("SETTINGS", f.settings()),
            ("PING", f.ping()), ("GOAWAY", f.goaway()), ("WINDOW_UPDATE", f.window_update(0, 1)),
            ("a frame of unknown type", f.frame(0xBE)))),
    Row("4.3", "the decoder's state outlives a stream that was reset",
        f.headers(1, f.fields(w.request(path="/c/plain")) + f.indexing_field("x-kept", "1"), end=False)
        + f.rst_stream(1) + f.headers(3, f.fields(w.request(path="/c/plain")) + f.indexed(62)), answer(stream=3)),
    Row("4.3", "the decoder's state outlives a stream that was refused",
        f.headers(1, f.field("BAD", "1") + f.fields(w.request()) + f.indexing_field("x-kept", "1"))
        + f.headers(3, f.fields(w.request(path="/c/plain")) + f.indexed(62)), answer(stream=3)),
]
