"""Section 8.5: CONNECT, and RFC 8441: CONNECT with a protocol."""

from harness import frames as f, wire as w
from harness.expect import answer, malformed, that

from ..row import Row

CONNECT = [(":method", "CONNECT"), (":authority", "test:80")]
WEBSOCKET = [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"), (":path", "/c/chat"),
             (":authority", "test"), ("sec-websocket-version", "13")]
REFUSALS = (400, 403, 404, 405, 500, 501, 502, 503)


def wrong(section, title, pairs):
    return Row(section, title, f.headers(1, pairs, end=False), malformed(), served=False)


ROWS = [
    Row("8.5", "CONNECT gets an answer", f.headers(1, CONNECT, end=False), that(
        lambda wire: wire.message(1).status in REFUSALS or wire.message(1).reset is not None, "a refusal")),
    wrong("8.5", "CONNECT with :scheme", [*CONNECT, (":scheme", "http")]),
    wrong("8.5", "CONNECT with :path", [*CONNECT, (":path", "/")]),
    wrong("8.5", "CONNECT without :authority", CONNECT[:1]),
    Row("8441/3", "the server says whether it takes CONNECT with a protocol", b"", that(
        lambda wire: wire.settings.get(f.ENABLE_CONNECT_PROTOCOL) == 1, "ENABLE_CONNECT_PROTOCOL 1")),
    wrong("8441/4", ":protocol without CONNECT", [*w.request(), (":protocol", "websocket")]),
    *(wrong("8441/4", f":protocol without {name}", [pair for pair in WEBSOCKET if pair[0] != name])
      for name in (":scheme", ":path")),
    Row("8441/4", "a protocol that nobody knows",
        f.headers(1, [(name, "unheard-of" if name == ":protocol" else value) for name, value in WEBSOCKET], end=False),
        that(lambda wire: wire.message(1).status in REFUSALS or wire.message(1).reset is not None, "a refusal")),
]
