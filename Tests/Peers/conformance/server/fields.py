"""Section 8.2 and 8.3: fields, pseudo-header fields."""

import json

from harness import frames as f, wire as w
from harness.expect import all_of, answer, malformed, that

from ..row import Row
from ..vocabulary import get, post, with_, without
from .messages import told


def bad(section, title, *pairs, method="GET"):
    return Row(section, title, f.headers(1, w.request(method, "/c/plain", more=pairs)), malformed(), served=False)


def wrong(section, title, pairs):
    return Row(section, title, f.headers(1, pairs), malformed(), served=False)


CRUMBS = [("cookie", "a=b"), ("x-between", "1"), ("cookie", "c=d"), ("cookie", "e=f")]

ROWS = [
    bad("8.2", "upper case in a name", ("X-Upper", "1")),
    bad("8.2.1", "an empty name", ("", "1")),
    *(bad("8.2.1", f"byte 0x{byte:02x} in a name", (b"x" + bytes((byte,)) + b"y", "1"))
      for byte in (0x00, 0x09, 0x0A, 0x0D, 0x20, 0x3A, 0x7F, 0x80, 0xFF)),
    *(bad("8.2.1", f"byte 0x{byte:02x} in a value", ("x-value", b"a" + bytes((byte,)) + b"b"))
      for byte in (0x00, 0x0A, 0x0D)),
    bad("8.2.1", "a value that would be two lines in HTTP/1", ("x-value", "a\r\nx-smuggled: 1")),
    bad("8.2.1", "space before a value", ("x-value", " a")),
    bad("8.2.1", "space after a value", ("x-value", "a ")),
    bad("8.2.1", "tab before a value", ("x-value", "\ta")),
    bad("8.2.2", "connection", ("connection", "close")),
    bad("8.2.2", "connection that names a field", ("connection", "x-secret"), ("x-secret", "1")),
    bad("8.2.2", "keep-alive", ("keep-alive", "timeout=5")),
    bad("8.2.2", "proxy-connection", ("proxy-connection", "keep-alive")),
    bad("8.2.2", "transfer-encoding", ("transfer-encoding", "chunked"), method="POST"),
    bad("8.2.2", "upgrade", ("upgrade", "websocket")),
    bad("8.2.2", "te other than trailers", ("te", "gzip")),
    bad("8.2.2", "te: trailers and more", ("te", "trailers, deflate")),
    Row("8.2.2", "te: trailers", get(more=[("te", "trailers")]), answer()),
    Row("8.2.3", "crumbs of a cookie are joined for HTTP/1", get(path="/c/request", more=CRUMBS),
        told("one field", lambda got: [v for k, v in got["fields"] if k == "cookie"] == ["a=b; c=d; e=f"])),
    wrong("8.3", "a pseudo-header field after others", [("x-first", "1"), *w.request()]),
    wrong("8.3", "a pseudo-header field at the end", [*w.request()[:3], ("x-between", "1"), w.request()[3]]),
    wrong("8.3", "an unknown pseudo-header field", [*w.request(), (":unknown", "1")]),
    wrong("8.3", ":status in a request", [*w.request(), (":status", "200")]),
    *(wrong("8.3.1", f"{name} twice", [*w.request(), (name, value)])
      for name, value in w.request()),
    *(wrong("8.3.1", f"no {name}", without(name)) for name in (":method", ":scheme", ":path")),
    wrong("8.3.1", "no pseudo-header field at all", [("x", "y")]),
    wrong("8.3.1", "an empty :path", with_(":path", "")),
    wrong("8.3.1", ":path without a slash", with_(":path", "plain")),
    wrong("8.3.1", ":path with a space", with_(":path", "/c/a b")),
    wrong("8.3.1", ":path that would be a line of HTTP/1", with_(":path", "/c/plain HTTP/1.1\r\nx: y")),
    wrong("8.3.1", ":path with a NUL", with_(":path", "/c/a\0b")),
    wrong("8.3.1", ":path * with GET", with_(":path", "*")),
    Row("8.3.1", ":path * with OPTIONS", f.headers(1, w.request("OPTIONS", "*")),
        told("OPTIONS *", lambda got: (got["method"], got["path"]) == ("OPTIONS", "*"))),
    wrong("8.3.1", "an empty :method", with_(":method", "")),
    wrong("8.3.1", ":method with a space", with_(":method", "GET /x")),
    wrong("8.3.1", ":method with a line feed", with_(":method", "GET\n")),
    wrong("8.3.1", "an empty :scheme", with_(":scheme", "")),
    wrong("8.3.1", ":scheme that is none", with_(":scheme", "ht tp\r\n")),
    wrong("8.3.1", ":authority with userinfo", with_(":authority", "user:secret@test")),
    wrong("8.3.1", ":authority with a space", with_(":authority", "te st")),
    wrong("8.3.1", ":authority with a line feed", with_(":authority", "test\r\nx: y")),
    wrong("8.3.1", ":authority with a path", with_(":authority", "test/path")),
    bad("8.3.1", ":authority and another host", ("host", "other")),
    Row("8.3.1", ":authority and the same host", get(more=[("host", "test")]), answer()),
    Row("8.3.1", "host without :authority", f.headers(1, without(":authority", more=[("host", "test")])), answer()),
    bad("8.3.1", "host twice", ("host", "test"), ("host", "test")),
    Row("8.3.1", ":authority becomes Host", get(path="/c/request"),
        told("Host: test", lambda got: [v for k, v in got["fields"] if k == "host"] == ["test"])),
    Row("8.3.1", "the order of pseudo-header fields is free", f.headers(1, w.request(path="/c/plain")[::-1]), answer()),
    Row("8.3.1", "a method that nobody knows", f.headers(1, w.request("BREW", "/c/plain")), answer(200, 405, 501)),
    Row("8.3.2", "an answer has :status first, and no other pseudo-header field", get(), all_of(answer(), that(
        lambda wire: [name for name, _ in wire.message(1).heads[0] if name.startswith(":")] == [":status"]
        and wire.message(1).heads[0][0][0] == ":status", ":status first"))),
    Row("8.2", "an answer's names are in lower case", get(path="/c/hop-by-hop"), all_of(answer(), that(
        lambda wire: all(name == name.lower() for head in wire.message(1).heads for name, _ in head), "lower case"))),
]
