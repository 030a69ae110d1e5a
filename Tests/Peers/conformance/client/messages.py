"""Section 8: answers."""

from harness import frames as f
from harness.expect import stream_error, that
from harness.steps import after_ping

from ..client_row import GOOD, ClientRow, answer, cut, delivered, refused, refused_or_cut

RESET = stream_error(f.PROTOCOL_ERROR)


def bad(section, title, *fields):
    """A field that makes the answer malformed."""
    return ClientRow(section, title, answer(more=fields, end=False) + f.data(1, b"x", True), refused, RESET)


def wrong(section, title, pairs):
    return ClientRow(section, title, f.headers(1, pairs, end=False) + f.data(1, b"x", True), refused, RESET)


def length(value):
    return [("content-length", value)]


def trailers(title, *pairs, end=True):
    return ClientRow("8.1", title, answer(end=False) + f.data(1, b"fine") + f.headers(1, pairs, end=end), refused_or_cut,
                     RESET)


ROWS = [
    ClientRow("8.1", "trailers", answer(end=False) + f.data(1, b"fine") + f.headers(1, [("x-after", "1")]), delivered()),
    ClientRow("8.1", "1xx before the answer",
              answer("103", end=False) + answer("102", end=False) + GOOD, delivered()),
    ClientRow("8.1", "1xx that ends the stream", answer("103"), refused, RESET),
    ClientRow("8.6", "101", answer("101", end=False) + GOOD, refused, RESET),
    trailers("trailers that do not end the stream", ("x-after", "1"), end=False),
    trailers("pseudo-header fields in trailers", (":status", "200")),
    trailers("upper case in trailers", ("X-After", "1")),
    trailers("a line feed in trailers", ("x-after", "a\nb")),
    ClientRow("8.1", "an answer before the request is complete, then RST_STREAM NO_ERROR",
              [GOOD, f.rst_stream(1, f.NO_ERROR)], delivered(), method="POST", body=bytes(10_000_000)),
    ClientRow("8.1.1", "content-length more than DATA",
              answer(more=length("4"), end=False) + f.data(1, b"abc", True), refused_or_cut, RESET),
    ClientRow("8.1.1", "content-length less than DATA",
              answer(more=length("2"), end=False) + f.data(1, b"abc", True), refused_or_cut, RESET),
    ClientRow("8.1.1", "content-length without a body", answer(more=length("3")), refused_or_cut, RESET),
    ClientRow("8.1.1", "content-length more than DATA before trailers",
              answer(more=length("4"), end=False) + f.data(1, b"abc") + f.headers(1, [("x", "y")]), refused_or_cut, RESET),
    ClientRow("8.1.1", "content-length in an answer to HEAD", answer(more=length("1000")), delivered(b""), method="HEAD"),
    ClientRow("8.1.1", "content-length in 304", answer("304", more=length("1000")), delivered(b"", 304)),
    ClientRow("8.1.1", "DATA in an answer to HEAD",
              answer(more=length("3"), end=False) + f.data(1, b"abc", True), refused_or_cut, RESET, method="HEAD"),
    bad("8.1.1", "content-length twice, differing", *length("1"), *length("2")),
    *(bad("8.1.1", f"content-length: {value!r}", *length(value)) for value in ("", "+1", "-1", "0x1", "1,2", "abc")),
    bad("8.2", "upper case in a name", ("X-Upper", "1")),
    bad("8.2.1", "an empty name", ("", "1")),
    *(bad("8.2.1", f"byte 0x{byte:02x} in a name", (b"x" + bytes((byte,)) + b"y", "1"))
      for byte in (0x00, 0x0A, 0x0D, 0x20, 0x3A, 0x7F, 0xFF)),
    *(bad("8.2.1", f"byte 0x{byte:02x} in a value", ("x-value", b"a" + bytes((byte,)) + b"b"))
      for byte in (0x00, 0x0A, 0x0D)),
    bad("8.2.1", "a value that would be two lines in HTTP/1", ("x-value", "a\r\nset-cookie: b=c")),
    bad("8.2.1", "space before a value", ("x-value", " a")),
    bad("8.2.1", "space after a value", ("x-value", "a ")),
    *(bad("8.2.2", name, (name, value)) for name, value in (
        ("connection", "close"), ("keep-alive", "timeout=5"), ("proxy-connection", "close"),
        ("transfer-encoding", "chunked"), ("upgrade", "h2c"))),
    wrong("8.3", "a pseudo-header field after others", [("x-first", "1"), (":status", "200")]),
    wrong("8.3", "an unknown pseudo-header field", [(":status", "200"), (":unknown", "1")]),
    wrong("8.3", ":path in an answer", [(":status", "200"), (":path", "/")]),
    wrong("8.3.2", "no :status", [("x", "y")]),
    wrong("8.3.2", ":status twice", [(":status", "200"), (":status", "200")]),
    *(wrong("8.3.2", f":status {value!r}", [(":status", value)])
      for value in ("", "20", "2000", "abc", "+20", "20 ")),
]
