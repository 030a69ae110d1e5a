"""Section 5.4 and 5.5: errors and extensions; section 7: codes."""

from harness import frames as f, wire as w
from harness.expect import all_of, answer, closed, connection_error, ignored, that
from harness.steps import after_answer, after_ping

from ..row import Row
from ..vocabulary import HELD, get, post

ROWS = [
    Row("5.4.1", "GOAWAY comes before the end of the connection", f.ping(b"1234567"),
        connection_error(f.FRAME_SIZE_ERROR, silent=False)),
    Row("5.4.1", "GOAWAY names the last stream", [get(5), after_answer(5), f.ping(b"1234567")], that(
        lambda wire: wire.goaway and wire.goaway.last_stream >= 5, "last stream ≥ 5")),
    Row("5.4.1", "the connection ends after GOAWAY", [f.ping(b"1234567")], closed),
    Row("5.4.2", "no RST_STREAM for RST_STREAM", [post(), f.rst_stream(1), after_ping()], that(
        lambda wire: wire.message(1).reset is None, "no RST_STREAM")),
    Row("5.4.2", "a stream's error leaves the others alone",
        [post(3), f.headers(5, w.request(more=[("BAD", "1")])), after_ping(), f.data(3, b"x", True)], answer(stream=3)),
    Row("5.4.2", "a stream may be reset while its answer comes",
        [get(path="/c/streamed/10000000"), after_ping(), f.rst_stream(1), get(3)], answer(stream=3)),
    Row("5.5", "many frames of unknown types", b"".join(f.frame(0x20 + n, n, 0, bytes(n)) for n in range(50)), ignored),
    Row("5.5", "a setting that is not known", f.settings([(0xFFF0, 77)]), ignored),
    Row("7", "an unknown code in RST_STREAM", get(path=HELD) + f.rst_stream(1, 0xABCDEF), ignored),
    Row("7", "an unknown code in GOAWAY leaves streams alone", get() + f.goaway(0, 0xABCDEF), answer()),
]
