"""Section 6.1 to 6.4, 6.6 to 6.8 and 6.10: definitions of frames."""

from harness import frames as f, wire as w
from harness.expect import answer, connection_error, ignored, malformed, ping_answered, stream_error, that
from harness.steps import after_answer, after_ping

from ..row import Row
from ..vocabulary import HELD, get, post

BLOCK = f.fields(w.request(path="/c/plain"))

ROWS = [
    Row("6.1", "DATA on stream 0", f.data(0, b"x"), connection_error(f.PROTOCOL_ERROR)),
    Row("6.1", "DATA with padding", post() + f.data(1, b"x", True, pad=100), answer()),
    Row("6.1", "DATA of padding only", post() + f.data(1, b"", pad=255) + f.data(1, b"x", True, pad=0), answer()),
    Row("6.1", "padding as long as the payload",
        post() + f.frame(f.DATA, f.PADDED | f.END_STREAM, 1, b"\x05abcd"), connection_error(f.PROTOCOL_ERROR)),
    Row("6.1", "padding longer than the payload", post() + f.frame(f.DATA, f.PADDED | f.END_STREAM, 1, b"\xffabcd"),
        connection_error(f.PROTOCOL_ERROR)),
    Row("6.1", "padded DATA without the padding's length",
        post() + f.frame(f.DATA, f.PADDED | f.END_STREAM, 1), connection_error(f.PROTOCOL_ERROR, f.FRAME_SIZE_ERROR)),
    Row("6.1", "an empty DATA frame ends a request", post() + f.data(1, b"", True), answer()),
    Row("6.2", "HEADERS on stream 0", f.headers(0, BLOCK), connection_error(f.PROTOCOL_ERROR), served=False),
    Row("6.2", "HEADERS with padding", get(pad=77), answer()),
    Row("6.2", "HEADERS with padding and a priority", get(pad=7, priority=(0, 9)), answer()),
    Row("6.2", "HEADERS with padding longer than the payload",
        f.frame(f.HEADERS, f.PADDED | f.END_HEADERS | f.END_STREAM, 1, b"\xff" + BLOCK),
        connection_error(f.PROTOCOL_ERROR), served=False),
    Row("6.2", "HEADERS of padding only",
        f.frame(f.HEADERS, f.PADDED | f.END_HEADERS | f.END_STREAM, 1, b"\x04abcd"), malformed(), served=False),
    Row("6.2", "padded HEADERS without the padding's length",
        f.frame(f.HEADERS, f.PADDED | f.END_HEADERS | f.END_STREAM, 1),
        connection_error(f.PROTOCOL_ERROR, f.FRAME_SIZE_ERROR), served=False),
    Row("6.2", "HEADERS too short for their priority",
        f.frame(f.HEADERS, f.WITH_PRIORITY | f.END_HEADERS | f.END_STREAM, 1, b"abc"),
        connection_error(f.FRAME_SIZE_ERROR, f.PROTOCOL_ERROR)),
    Row("6.3", "PRIORITY on stream 0", f.priority(0), connection_error(f.PROTOCOL_ERROR)),
    Row("6.3", "PRIORITY of 4 bytes", post() + f.frame(f.PRIORITY, 0, 1, b"abcd"), stream_error(f.FRAME_SIZE_ERROR)),
    Row("6.3", "PRIORITY of 6 bytes", post() + f.frame(f.PRIORITY, 0, 1, b"abcdef"), stream_error(f.FRAME_SIZE_ERROR)),
    Row("6.4", "RST_STREAM on stream 0", f.rst_stream(0), connection_error(f.PROTOCOL_ERROR)),
    Row("6.4", "RST_STREAM of 3 bytes", post() + f.frame(f.RST_STREAM, 0, 1, b"abc"),
        connection_error(f.FRAME_SIZE_ERROR)),
    Row("6.4", "RST_STREAM of 5 bytes", post() + f.frame(f.RST_STREAM, 0, 1, b"abcde"),
        connection_error(f.FRAME_SIZE_ERROR)),
    Row("6.6", "PUSH_PROMISE by a client", post() + f.push_promise(1, 2, w.request()),
        connection_error(f.PROTOCOL_ERROR)),
    Row("6.6", "PUSH_PROMISE by a client on stream 0", f.push_promise(0, 2, w.request()),
        connection_error(f.PROTOCOL_ERROR)),
    Row("6.7", "PING is answered with its bytes", f.ping(b"\0\1\2\3\xff\xfe\xfd\xfc"),
        ping_answered(b"\0\1\2\3\xff\xfe\xfd\xfc")),
    Row("6.7", "PING with ACK is not answered", [f.ping(b"not-me!!", f.ACK), after_ping()], that(
        lambda wire: not any(one.type == f.PING and one.payload == b"not-me!!" for one in wire.received), "no PING")),
    Row("6.7", "PING on a stream", f.ping(stream=1), connection_error(f.PROTOCOL_ERROR)),
    Row("6.7", "PING of 7 bytes", f.ping(b"1234567"), connection_error(f.FRAME_SIZE_ERROR)),
    Row("6.7", "PING of 9 bytes", f.ping(b"123456789"), connection_error(f.FRAME_SIZE_ERROR)),
    Row("6.7", "PING of no bytes", f.ping(b""), connection_error(f.FRAME_SIZE_ERROR)),
    Row("6.8", "GOAWAY on a stream", f.goaway(stream=1), connection_error(f.PROTOCOL_ERROR)),
    Row("6.8", "GOAWAY of 7 bytes", f.frame(f.GOAWAY, 0, 0, b"1234567"), connection_error(f.FRAME_SIZE_ERROR)),
    Row("6.8", "what is under way is answered after the client's GOAWAY", get() + f.goaway(), answer()),
    Row("6.8", "GOAWAY with debug data", get() + f.goaway(0, f.NO_ERROR, b"good bye"), answer()),
    Row("6.10", "CONTINUATION on stream 0", f.headers(1, BLOCK[:9], flags=0) + f.continuation(0, BLOCK[9:]),
        connection_error(f.PROTOCOL_ERROR), served=False),
    Row("6.10", "CONTINUATION after END_HEADERS", post() + f.continuation(1, [("x", "y")]),
        connection_error(f.PROTOCOL_ERROR)),
    Row("6.10", "CONTINUATION after CONTINUATION with END_HEADERS",
        f.headers(1, BLOCK[:9], flags=0, end=False) + f.continuation(1, BLOCK[9:]) + f.continuation(1, [("x", "y")]),
        connection_error(f.PROTOCOL_ERROR)),
    Row("6.10", "CONTINUATION after DATA", post() + f.data(1, b"x") + f.continuation(1, [("x", "y")]),
        connection_error(f.PROTOCOL_ERROR)),
    Row("6.10", "CONTINUATION after trailers",
        post() + f.data(1, b"x") + f.headers(1, [("x", "y")]) + f.continuation(1, [("z", "y")]),
        connection_error(f.PROTOCOL_ERROR, f.STREAM_CLOSED)),
]
