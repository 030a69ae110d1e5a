"""Section 5.1 to 5.3: streams and their states."""

from harness import frames as f, wire as w
from harness.expect import answer, connection_error, ignored, malformed, stream_error, that
from harness.steps import after_answer, after_ping, until

from ..row import Row
from ..vocabulary import HELD, get, post


def too_many(wire):
    """One stream more than the server allows; where it allows as many as one likes, 300."""
    wire.limit = wire.settings.get(f.MAX_CONCURRENT_STREAMS, 1 << 31)
    count = min(wire.limit, 300) + 1
    wire.send(b"".join(get(1 + 2 * index, HELD) for index in range(count)))
    wire.extra = 2 * count - 1
    if wire.limit > 300:
        wire.send(f.rst_stream(wire.extra))
        wire.message(wire.extra).reset = f.REFUSED_STREAM


MAY_BE_AN_ERROR = that(
    lambda wire: wire.goaway is None and not wire.closed and wire.message(1).reset in (None, f.STREAM_CLOSED)
    or wire.goaway is not None and wire.goaway.code in (f.STREAM_CLOSED, f.PROTOCOL_ERROR),
    "ignored, or STREAM_CLOSED")
"""What section 5.1 leaves open."""

ROWS = [
    *(
        Row("5.1", f"{name} on an idle stream", frame, connection_error(f.PROTOCOL_ERROR))
        for name, frame in (
            ("DATA", f.data(1, b"x", True)), ("RST_STREAM", f.rst_stream(1)),
            ("WINDOW_UPDATE", f.window_update(1, 100)), ("CONTINUATION", f.continuation(1)))),
    *(
        Row("5.1", f"{name} on an idle stream of the server's", frame, connection_error(f.PROTOCOL_ERROR))
        for name, frame in (
            ("DATA", f.data(2, b"x", True)), ("RST_STREAM", f.rst_stream(2)),
            ("WINDOW_UPDATE", f.window_update(2, 100)))),
    Row("5.1", "PRIORITY on an idle stream", f.priority(9), ignored),
    Row("5.1", "half-closed (remote): DATA", get(path=HELD) + f.data(1, b"x", True), stream_error(f.STREAM_CLOSED)),
    Row("5.1", "half-closed (remote): HEADERS", get(path=HELD) + get(path=HELD), stream_error(f.STREAM_CLOSED)),
    Row("5.1", "half-closed (remote): CONTINUATION", get(path=HELD) + f.continuation(1, w.request()),
        connection_error(f.PROTOCOL_ERROR, f.STREAM_CLOSED)),
    Row("5.1", "half-closed (remote): WINDOW_UPDATE and PRIORITY",
        get(path=HELD) + f.window_update(1, 5) + f.priority(1), ignored),
    Row("5.1", "half-closed (remote): RST_STREAM", get(path=HELD) + f.rst_stream(1), ignored),
    Row("5.1", "closed by the client's RST_STREAM: DATA",
        [post(), f.rst_stream(1), f.data(1, b"x", True), after_ping()], MAY_BE_AN_ERROR),
    Row("5.1", "closed by the client's RST_STREAM: trailers",
        [post(), f.rst_stream(1), f.headers(1, [("x", "y")]), after_ping()], MAY_BE_AN_ERROR),
    Row("5.1", "closed by the client's RST_STREAM: CONTINUATION",
        post() + f.rst_stream(1) + f.continuation(1, w.request()),
        connection_error(f.PROTOCOL_ERROR, f.STREAM_CLOSED)),
    Row("5.1", "closed by the client's RST_STREAM: PRIORITY", post() + f.rst_stream(1) + f.priority(1), ignored),
    Row("5.1", "closed after the answer: DATA", [get(), after_answer(), f.data(1, b"x", True), after_ping()],
        MAY_BE_AN_ERROR),
    Row("5.1", "closed after the answer: HEADERS", [get(), after_answer(), get()],
        connection_error(f.STREAM_CLOSED, f.PROTOCOL_ERROR)),
    Row("5.1", "closed after the answer: CONTINUATION", [get(), after_answer(), f.continuation(1, w.request())],
        connection_error(f.STREAM_CLOSED, f.PROTOCOL_ERROR)),
    Row("5.1", "closed after the answer: PRIORITY", [get(), after_answer(), f.priority(1)], ignored),
    Row("5.1", "closed after the answer: WINDOW_UPDATE that was under way",
        [get(), after_answer(), f.window_update(1, 5)], ignored),
    Row("5.1", "closed after the answer: RST_STREAM that was under way", [get(), after_answer(), f.rst_stream(1)],
        ignored),
    Row("5.1", "closed by the server: DATA and trailers that were under way",
        [f.headers(1, w.request("POST", more=[("BAD", "1")]), end=False), after_ping(), f.data(1, bytes(1000)),
         f.headers(1, [("x", "y")])], ignored),
    Row("5.1.1", "an even id", get(2), connection_error(f.PROTOCOL_ERROR), served=False),
    Row("5.1.1", "a smaller id than before, unused", [get(5, HELD), get(3)], connection_error(f.PROTOCOL_ERROR)),
    Row("5.1.1", "a smaller id than that of a stream that is closed", [get(5), after_answer(5), get(3)],
        connection_error(f.PROTOCOL_ERROR)),
    Row("5.1.1", "ids may be left out", get(7) + get(4001), answer(stream=4001)),
    Row("5.1.1", "the greatest id", get((1 << 31) - 1), answer(stream=(1 << 31) - 1)),
    Row("5.1.2", "more streams than allowed", [too_many, until(lambda wire: wire.message(wire.extra).is_over)], that(
        lambda wire: wire.message(wire.extra).reset in (f.REFUSED_STREAM, f.PROTOCOL_ERROR)
        or wire.goaway and wire.goaway.code == f.PROTOCOL_ERROR,
        "REFUSED_STREAM or PROTOCOL_ERROR, or no limit of 300 or less")),
    Row("5.3.2", "a PRIORITY field in HEADERS is read past", get(priority=(0, 200)), answer()),
    Row("5.3.2", "PRIORITY that depends on a stream that is not there", f.priority(1, 77) + get(3), answer(stream=3)),
]
