"""Section 6: definitions of frames."""

from harness import frames as f
from harness.expect import connection_error, ping_answered, settings_acknowledged, stream_error, that
from harness.steps import after_ping, until, without_window

from ..client_row import GOOD, ClientRow, answer, cut, delivered, refused, refused_or_cut

MOST = (1 << 31) - 1


def bytes_of(wire):
    return sum(len(one.payload) for one in wire.received if one.type == f.DATA)


def broken(section, title, sent, *codes):
    """An error of the connection while the client waits for its answer."""
    return ClientRow(section, title, sent, refused, connection_error(*codes))


def more_than_its_window(wire):
    """Sends four times what the client's connection takes at first: stuck where it does not give that back."""
    sent, window = 0, 65535
    while sent < 4 * window:
        wire.until(lambda: window + given(wire) - sent >= 16384)
        wire.send(f.data(1, bytes(16384)))
        sent += 16384
    wire.send(f.ping(b"stillok?"))


def given(wire):
    return sum(int.from_bytes(one.payload, "big") for one in wire.received
               if one.type == f.WINDOW_UPDATE and one.stream == 0)


ROWS = [
    broken("6.1", "DATA on stream 0", f.data(0, b"x"), f.PROTOCOL_ERROR),
    ClientRow("6.1", "padding as long as the payload", answer(end=False) + f.frame(f.DATA, f.PADDED, 1, b"\x05abcd"),
              refused_or_cut, connection_error(f.PROTOCOL_ERROR)),
    ClientRow("6.1", "DATA of padding only", answer(end=False) + f.data(1, b"", pad=255) + f.data(1, b"fine", True),
              delivered()),
    ClientRow("6.1", "padded DATA without the padding's length", answer(end=False) + f.frame(f.DATA, f.PADDED, 1),
              refused_or_cut, connection_error(f.PROTOCOL_ERROR, f.FRAME_SIZE_ERROR)),
    ClientRow("6.1", "DATA with padding", answer(end=False) + f.data(1, b"fine", True, pad=200), delivered()),
    ClientRow("6.1", "DATA before HEADERS", f.data(1, b"x") + answer(), refused, stream_error(f.PROTOCOL_ERROR)),
    broken("6.2", "HEADERS on stream 0", answer(stream=0), f.PROTOCOL_ERROR),
    ClientRow("6.2", "HEADERS with padding and a priority", answer(pad=9, priority=(0, 3)), delivered(b"")),
    ClientRow("6.2", "HEADERS of padding only", f.frame(f.HEADERS, f.PADDED | f.END_HEADERS | f.END_STREAM, 1, b"\x04abcd"),
              refused, stream_error(f.PROTOCOL_ERROR)),
    ClientRow("6.2", "HEADERS of padding only before the fields",
              f.frame(f.HEADERS, f.PADDED | f.END_STREAM, 1, b"\x04abcd")
              + f.continuation(1, [(":status", "200")]), delivered(b"")),
    broken("6.2", "padded HEADERS without the padding's length",
           f.frame(f.HEADERS, f.PADDED | f.END_HEADERS | f.END_STREAM, 1), f.PROTOCOL_ERROR, f.FRAME_SIZE_ERROR),
    broken("6.3", "PRIORITY on stream 0", f.priority(0), f.PROTOCOL_ERROR),
    broken("6.4", "RST_STREAM on stream 0", f.rst_stream(0), f.PROTOCOL_ERROR),
    broken("6.4", "RST_STREAM of 3 bytes", f.frame(f.RST_STREAM, 0, 1, b"abc"), f.FRAME_SIZE_ERROR),
    ClientRow("6.4", "RST_STREAM within an answer", answer(end=False) + f.data(1, b"par") + f.rst_stream(1), refused_or_cut),
    ClientRow("6.4", "RST_STREAM NO_ERROR within an answer",
              [answer(end=False), f.data(1, b"par"), f.rst_stream(1, f.NO_ERROR)], refused_or_cut),
    broken("6.5", "SETTINGS with ACK and a payload", f.settings([(1, 1)], f.ACK), f.FRAME_SIZE_ERROR),
    broken("6.5", "SETTINGS on a stream", f.settings(stream=1), f.PROTOCOL_ERROR),
    broken("6.5", "SETTINGS of 5 bytes", f.frame(f.SETTINGS, 0, 0, b"12345"), f.FRAME_SIZE_ERROR),
    broken("6.5.2", "ENABLE_PUSH 1 from a server", f.settings([(f.ENABLE_PUSH, 1)]), f.PROTOCOL_ERROR),
    broken("6.5.2", "ENABLE_PUSH 2", f.settings([(f.ENABLE_PUSH, 2)]), f.PROTOCOL_ERROR),
    broken("6.5.2", "INITIAL_WINDOW_SIZE 2^31", f.settings([(f.INITIAL_WINDOW_SIZE, 1 << 31)]), f.FLOW_CONTROL_ERROR),
    broken("6.5.2", "MAX_FRAME_SIZE 2^14 - 1", f.settings([(f.MAX_FRAME_SIZE, 16383)]), f.PROTOCOL_ERROR),
    broken("6.5.2", "MAX_FRAME_SIZE 2^24", f.settings([(f.MAX_FRAME_SIZE, 1 << 24)]), f.PROTOCOL_ERROR),
    ClientRow("6.5.2", "MAX_HEADER_LIST_SIZE is advice", GOOD, delivered(),
              settings=((f.MAX_HEADER_LIST_SIZE, 1 << 16),)),
    ClientRow("6.5.3", "SETTINGS is acknowledged", f.settings([(f.INITIAL_WINDOW_SIZE, 70000)]) + GOOD, delivered(),
              settings_acknowledged(2)),
    broken("6.6", "PUSH_PROMISE, which was not allowed", f.push_promise(1, 2, [
        (":method", "GET"), (":scheme", "http"), (":path", "/x"), (":authority", "test")]), f.PROTOCOL_ERROR),
    broken("6.6", "PUSH_PROMISE on stream 0", f.push_promise(0, 2, [(":method", "GET")]), f.PROTOCOL_ERROR),
    ClientRow("6.6", "the client says that it takes no push", GOOD, delivered(), that(
        lambda wire: wire.settings.get(f.ENABLE_PUSH) == 0, "ENABLE_PUSH 0")),
    ClientRow("6.7", "PING is answered", f.ping(b"upstream") + GOOD, delivered(), ping_answered(b"upstream")),
    broken("6.7", "PING on a stream", f.ping(stream=1), f.PROTOCOL_ERROR),
    broken("6.7", "PING of 7 bytes", f.ping(b"1234567"), f.FRAME_SIZE_ERROR),
    broken("6.8", "GOAWAY on a stream", f.goaway(stream=1), f.PROTOCOL_ERROR),
    broken("6.8", "GOAWAY of 7 bytes", f.frame(f.GOAWAY, 0, 0, b"1234567"), f.FRAME_SIZE_ERROR),
    ClientRow("6.8", "GOAWAY that includes the stream", f.goaway(1) + GOOD, delivered()),
    ClientRow("6.8", "GOAWAY in two steps", [f.goaway(MOST), after_ping(), f.goaway(1), GOOD], delivered()),
    broken("6.9", "WINDOW_UPDATE of 0 on the connection", f.window_update(0, 0), f.PROTOCOL_ERROR),
    ClientRow("6.9", "WINDOW_UPDATE of 0 on a stream", f.window_update(1, 0), refused, stream_error(f.PROTOCOL_ERROR)),
    broken("6.9", "WINDOW_UPDATE of 3 bytes", f.frame(f.WINDOW_UPDATE, 0, 0, b"abc"), f.FRAME_SIZE_ERROR),
    broken("6.9.1", "a connection's window over 2^31 - 1", f.window_update(0, MOST) * 2, f.FLOW_CONTROL_ERROR),
    ClientRow("6.9.1", "a stream's window over 2^31 - 1", f.window_update(1, MOST) * 2, refused,
              stream_error(f.FLOW_CONTROL_ERROR)),
    ClientRow("6.9.1", "a request's body waits for the connection's window",
              [without_window, until(lambda wire: bytes_of(wire) == 65535), after_ping(), GOOD,
               f.rst_stream(1, f.NO_ERROR)], delivered(), that(
                  lambda wire: bytes_of(wire) == 65535, "65,535 bytes"), method="POST", body=bytes(200_000)),
    ClientRow("6.9", "DATA on a stream that the client has reset is given back to the connection",
              [answer(more=[("BAD", "1")], end=False), until(lambda wire: wire.message(1).reset is not None),
               more_than_its_window],
              refused, ping_answered(b"stillok?")),
    broken("6.10", "CONTINUATION after END_HEADERS", f.headers(1, [(":status", "103")], end=False)
           + f.continuation(1, [("x", "y")]), f.PROTOCOL_ERROR),
]
