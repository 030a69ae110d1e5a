"""Section 8.1: messages."""

import json

from harness import frames as f, wire as w
from harness.expect import all_of, answer, ignored, malformed, that
from harness.steps import after_answer

from ..row import Row
from ..vocabulary import get, post


def told(words, holds):
    """The origin got what `holds` accepts."""
    return all_of(answer(), that(lambda wire: holds(json.loads(wire.message(1).body)), words))


def length(value):
    return [("content-length", value)]


HOP_BY_HOP = ("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "x-hop")
"""The last one is named by `Connection`."""

ROWS = [
    Row("8.1", "trailers", post() + f.data(1, b"abc") + f.headers(1, [("x-after", "1")]),
        told("the trailers arrive", lambda got: ["x-after", "1"] in got["trailers"] and got["length"] == 3)),
    Row("8.1", "trailers without a body", post() + f.headers(1, [("x-after", "1")]),
        told("the trailers arrive", lambda got: ["x-after", "1"] in got["trailers"] and got["length"] == 0)),
    Row("8.1", "a second HEADERS that does not end the stream",
        post() + f.data(1, b"abc") + f.headers(1, [("x", "y")], end=False), malformed(), served=None),
    Row("8.1", "pseudo-header fields in trailers", post() + f.data(1, b"abc") + f.headers(1, [(":path", "/x")]),
        malformed()),
    Row("8.1", "upper case in trailers", post() + f.data(1, b"abc") + f.headers(1, [("X-After", "1")]), malformed()),
    Row("8.1", "a field of the connection in trailers",
        post() + f.data(1, b"abc") + f.headers(1, [("transfer-encoding", "chunked")]), malformed()),
    Row("8.1", "HEAD has no body", f.headers(1, w.request("HEAD", "/c/head")), all_of(
        answer(), that(lambda wire: not wire.message(1).body
                       and wire.message(1).field("content-length") == ["1234"], "its length, but no body"))),
    Row("8.1", "204 ends with its head", get(path="/c/status/204"), answer(204)),
    Row("8.1", "304 ends with its head", get(path="/c/status/304"), answer(304)),
    Row("8.1", "1xx come before the answer", get(path="/c/informational"), all_of(answer(), that(
        lambda wire: [dict(head)[":status"] for head in wire.message(1).heads] == ["103", "103", "200"],
        "103, 103, 200"))),
    Row("8.1", "the answer's trailers", get(path="/c/trailers", more=[("te", "trailers")]), all_of(answer(), that(
        lambda wire: wire.message(1).field("x-after") == ["1"], "they arrive"))),
    Row("8.1", "no stream but the client's: nothing is pushed", [get(), after_answer()], that(
        lambda wire: not any(one.type == f.PUSH_PROMISE for one in wire.received), "no PUSH_PROMISE")),
    Row("8.1.1", "content-length more than DATA", post(more=length("4")) + f.data(1, b"abc", True), malformed()),
    Row("8.1.1", "content-length less than DATA", post(more=length("2")) + f.data(1, b"abc", True), malformed()),
    Row("8.1.1", "content-length less than several DATA",
        post(more=length("5")) + f.data(1, b"abc") + f.data(1, b"abc", True), malformed()),
    Row("8.1.1", "content-length more than DATA before trailers",
        post(more=length("4")) + f.data(1, b"abc") + f.headers(1, [("x", "y")]), malformed()),
    Row("8.1.1", "content-length without a body",
        f.headers(1, w.request("POST", "/c/plain", more=length("3"))), malformed(), served=False),
    Row("8.1.1", "content-length, padding not counted", post(more=length("3")) + f.data(1, b"abc", True, pad=9),
        answer()),
    Row("8.1.1", "content-length twice, differing",
        post(more=[*length("3"), *length("4")]) + f.data(1, b"abc", True), malformed(), served=False),
    *(
        Row("8.1.1", f"content-length: {value!r}", post(more=length(value)) + f.data(1, b"abc", True), malformed(),
            served=False)
        for value in ("", "+3", "-3", "0x3", "3,4", "3 3", "3.0", "abc", "18446744073709551619")),
    *(
        Row("8.2.2", f"{name} in an answer is left out", get(path="/c/hop-by-hop"), all_of(answer(), that(
            lambda wire, name=name: not wire.message(1).field(name), "it is not there")))
        for name in HOP_BY_HOP),
    Row("8.6", "101 that nobody asked for becomes an error", get(path="/c/switching"), all_of(answer(502), that(
        lambda wire: len(wire.message(1).heads) == 1, "no 101 before"))),
]
