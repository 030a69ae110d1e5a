"""Section 5.2 and 6.9: flow control."""

from harness import frames as f, wire as w
from harness.expect import all_of, answer, connection_error, ignored, stream_error, that
from harness.program import GaveUp
from harness.steps import after_answer, after_head, after_ping, until, without_window

from ..row import Row
from ..vocabulary import HELD, get, post

MOST = (1 << 31) - 1
BODY = "/c/counted/100000"


def bytes_of(wire, stream=1):
    return sum(len(one.payload) for one in wire.received if one.type == f.DATA and one.stream == stream)


class Windows:
    """What the server lets the client send: under 0 on the connection, else on a stream."""

    def __init__(self, wire):
        self.wire, self.seen, self.left = wire, 0, {0: 65535}
        wire.until(lambda: any(one.type == f.SETTINGS and not one.flags for one in wire.received))

    def open(self, stream):
        self.left[stream] = self.wire.settings.get(f.INITIAL_WINDOW_SIZE, 65535)

    def room(self, stream):
        for one in self.wire.received[self.seen:]:
            if one.type == f.WINDOW_UPDATE and one.stream in self.left:
                self.left[one.stream] += int.from_bytes(one.payload, "big")
        self.seen = len(self.wire.received)
        return min(self.left[0], self.left[stream], 16384)

    def send(self, stream, count):
        self.wire.send(f.data(stream, bytes(count)))
        for each in (0, stream):
            self.left[each] -= count


def fill(*streams):
    """Sends what the server's windows allow until it returns nothing more: the origin does not read."""
    def step(wire):
        windows = Windows(wire)
        for stream in streams:
            wire.send(post(stream, "/c/late-reader"))
            windows.open(stream)
        while not wire.closed and wire.goaway is None:
            stream = max(streams, key=windows.room)
            count = windows.room(stream)
            try:
                if count > 0:
                    windows.send(stream, count)
                wire.read_frame(0 if count > 0 else 1.0)
            except GaveUp:
                if count <= 0:
                    break
    return step


def more_on_streams_that_are_over(begin):
    """Sends DATA on stream after stream that the server is done with, several times the connection's window in all: stuck
    where it does not give it back."""
    def step(wire):
        windows = Windows(wire)
        for stream in range(1, 61, 2):
            wire.send(begin(stream))
            windows.open(stream)
            wire.until(lambda: wire.message(stream).is_over)
            for _ in range(3):
                wire.until(lambda: windows.room(stream) == 16384)
                windows.send(stream, 16384)
    return step


def refused_head(stream):
    return f.headers(stream, w.request("POST", more=[("BAD", "1")]), end=False)


ROWS = [
    Row("5.2.1", "an answer waits for its stream's window", [get(path=BODY), after_head(), after_ping()], that(
        lambda wire: bytes_of(wire) == 0 and not wire.message(1).ended, "no DATA"),
        settings=((f.INITIAL_WINDOW_SIZE, 0),)),
    Row("5.2.1", "an answer without a body needs no window", get(path="/c/status/204"), answer(204),
        settings=((f.INITIAL_WINDOW_SIZE, 0),)),
    Row("5.2.1", "HEADERS are not held back by a stalled stream",
        [without_window, get(path=BODY), until(lambda wire: bytes_of(wire) == 65535), get(3, "/c/status/204")],
        answer(204, stream=3)),
    Row("5.2.2", "no more than the connection's window",
        [without_window, get(path=BODY), get(3, BODY), until(lambda wire: bytes_of(wire) + bytes_of(wire, 3) >= 65535),
         after_ping()], that(lambda wire: bytes_of(wire) + bytes_of(wire, 3) == 65535, "65,535 bytes in all"),
        settings=((f.INITIAL_WINDOW_SIZE, 1 << 20),)),
    Row("6.9", "WINDOW_UPDATE of 0 on a stream", post() + f.window_update(1, 0), stream_error(f.PROTOCOL_ERROR)),
    Row("6.9", "WINDOW_UPDATE of 0 on the connection", f.window_update(0, 0), connection_error(f.PROTOCOL_ERROR)),
    Row("6.9", "WINDOW_UPDATE of 3 bytes", f.frame(f.WINDOW_UPDATE, 0, 0, b"abc"),
        connection_error(f.FRAME_SIZE_ERROR)),
    Row("6.9", "WINDOW_UPDATE of 5 bytes on a stream", post() + f.frame(f.WINDOW_UPDATE, 0, 1, b"abcde"),
        connection_error(f.FRAME_SIZE_ERROR)),
    Row("6.9", "the reserved bit of an increment", f.window_update(0, 1 | 1 << 31), ignored),
    Row("6.9.1", "the stream's window is kept to the byte",
        [without_window, get(path=BODY), until(lambda wire: bytes_of(wire) == 3), f.window_update(1, 4),
         until(lambda wire: bytes_of(wire) >= 7), after_ping()], that(lambda wire: bytes_of(wire) == 7, "7 bytes"),
        settings=((f.INITIAL_WINDOW_SIZE, 3),)),
    Row("6.9.1", "a connection's window over 2^31 - 1", f.window_update(0, MOST) * 2,
        connection_error(f.FLOW_CONTROL_ERROR)),
    Row("6.9.1", "a stream's window over 2^31 - 1", get(path=HELD) + f.window_update(1, MOST) * 2,
        stream_error(f.FLOW_CONTROL_ERROR)),
    Row("6.9.1", "more DATA than the server's windows allow", [fill(1), f.data(1, bytes(16384))],
        stream_error(f.FLOW_CONTROL_ERROR)),
    Row("6.9", "DATA on streams that were answered early is given back to the connection",
        [more_on_streams_that_are_over(lambda stream: post(stream, "/c/early"))], ignored),
    Row("6.9", "DATA on streams that the server has reset is given back to the connection",
        [more_on_streams_that_are_over(refused_head)], ignored),
    Row("6.9", "DATA on a stream that the server has reset counts for the connection's window",
        [refused_head(1), until(lambda wire: wire.message(1).is_over), fill(3, 5), f.data(1, bytes(16384))],
        connection_error(f.FLOW_CONTROL_ERROR, silent=False)),
    Row("6.9.2", "a larger INITIAL_WINDOW_SIZE lets a waiting stream go on",
        [without_window, get(path=BODY), after_head(), f.settings([(f.INITIAL_WINDOW_SIZE, 10)]),
         until(lambda wire: bytes_of(wire) >= 10), after_ping()], that(lambda wire: bytes_of(wire) == 10, "10 bytes"),
        settings=((f.INITIAL_WINDOW_SIZE, 0),)),
    Row("6.9.2", "a window may become negative",
        [without_window, get(path=BODY), until(lambda wire: bytes_of(wire) == 100),
         f.settings([(f.INITIAL_WINDOW_SIZE, 40)]), after_ping(), f.window_update(1, 59), after_ping(b"2nd-ping"),
         f.window_update(1, 2), until(lambda wire: bytes_of(wire) > 100), after_ping(b"3rd-ping")],
        that(lambda wire: bytes_of(wire) == 101, "101 bytes"), settings=((f.INITIAL_WINDOW_SIZE, 100),)),
    Row("6.9.2", "INITIAL_WINDOW_SIZE that lifts a stream's window over 2^31 - 1",
        get(path=HELD) + f.window_update(1, MOST - 65535) + f.settings([(f.INITIAL_WINDOW_SIZE, 65536)]),
        connection_error(f.FLOW_CONTROL_ERROR)),
    Row("6.9.2", "INITIAL_WINDOW_SIZE does not change the connection's window",
        [without_window, f.settings([(f.INITIAL_WINDOW_SIZE, 1 << 20)]), get(path=BODY),
         until(lambda wire: bytes_of(wire) >= 65535), after_ping()], that(lambda wire: bytes_of(wire) == 65535, "65,535 bytes")),
]
