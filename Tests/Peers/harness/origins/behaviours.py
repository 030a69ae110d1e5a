"""What the origins do, chosen by the path: the same over HTTP/1 and HTTP/2."""

import hashlib
import json

from .. import bodies
from ..program import PATIENCE
from .exchange import Gone


def behave(exchange):
    """Runs what the path names, and notes how it ended."""
    words = exchange.path.partition("?")[0].strip("/").split("/")
    exchange.origin.note("request", exchange.path)
    try:
        BEHAVIOURS.get(words[0], plain)(exchange, *words[1:])
    except Gone as gone:
        exchange.origin.note("gone", (exchange.path, gone.code))
        return
    finally:
        exchange.discard()
    exchange.origin.note("done", exchange.path)


def plain(exchange, *_):
    exchange.body()
    exchange.answer(200, b"hello\n")


def request(exchange, *_):
    """Tells what came."""
    body = exchange.body()
    exchange.answer(200, json.dumps({
        "method": exchange.method, "path": exchange.path, "fields": exchange.fields,
        "trailers": exchange.trailers or [], "length": len(body), "digest": hashlib.sha256(body).hexdigest()}).encode())


def echo(exchange, *_):
    """Sends every piece back as it comes, and the trailers."""
    length = exchange.field("content-length")
    exchange.head(200, [("content-length", length)] if length else [])
    for piece in iter(exchange.read, b""):
        exchange.write(piece)
    exchange.end(exchange.trailers or ())


def counted(exchange, count, *_):
    """That many bytes, announced."""
    exchange.head(200, [("content-length", count)])
    for piece in bodies.pieces(int(count)):
        exchange.write(piece)
    exchange.end()


def streamed(exchange, count, *_):
    """That many bytes, not announced."""
    exchange.head(200, [])
    for piece in bodies.pieces(int(count)):
        exchange.write(piece)
    exchange.end()


def late_end(exchange, count, trailer="", *_):
    """That many bytes, and their end, with a trailer or without one, when the test says so."""
    exchange.head(200, [])
    exchange.write(bytes(int(count)))
    exchange.origin.gate(exchange.path).wait(PATIENCE)
    exchange.end([(trailer, "1")] if trailer else ())


def status(exchange, code, *_):
    exchange.body()
    if code in ("204", "304"):
        exchange.head(int(code), [("etag", '"x"')])
        exchange.end()
    else:
        exchange.answer(int(code), code.encode())


def head_only(exchange, *_):
    """To HEAD: the length of a body that does not come."""
    exchange.head(200, [("content-length", "1234")])
    exchange.end()


def with_trailers(exchange, *_):
    exchange.body()
    exchange.head(200, [("trailer", "x-after, x-more")])
    exchange.write(b"body")
    exchange.end([("x-after", "1"), ("x-more", "two words")])


def informational(exchange, *_):
    exchange.informational(103, [("link", "</style.css>; rel=preload")])
    exchange.informational(103, [("link", "</script.js>; rel=preload")])
    plain(exchange)


def reset(exchange, code, *_):
    """Before any answer."""
    exchange.body()
    exchange.reset(int(code))


def reset_within(exchange, code, *_):
    """Within the answer, when the test says so: it has then seen the beginning."""
    exchange.head(200, [])
    exchange.write(b"beginning")
    exchange.origin.gate(exchange.path).wait(PATIENCE)
    exchange.reset(int(code))


def hold(exchange, *_):
    """Answers when the test says so."""
    exchange.body()
    exchange.origin.note("held", exchange.path)
    exchange.origin.gate(exchange.path).wait(PATIENCE)
    exchange.answer(200, b"held\n")


def wait_for_end(exchange, *_):
    """Begins an answer and goes on until the client gives up."""
    exchange.head(200, [])
    exchange.write(b"beginning")
    while exchange.read():
        pass
    exchange.await_gone()


def early(exchange, *_):
    """An answer before the request's body has come."""
    exchange.answer(413, b"too much\n", [("connection", "close")] if exchange.version == 1 else [])


def hop_by_hop(exchange, *_):
    """With fields that concern its own connection only, and names as HTTP/1 writes them."""
    exchange.body()
    exchange.answer(200, b"hop\n", [
        ("Connection", "keep-alive, X-Hop, Upgrade"), ("X-Hop", "1"), ("Upgrade", "h2c"), ("Keep-Alive", "timeout=5"),
        ("Proxy-Connection", "close"), ("X-Upper", "1")])


def switching(exchange, *_):
    """101 that nobody asked for, over HTTP/1."""
    exchange.body()
    exchange.connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\nother bytes")
    exchange.await_gone()


def late_reader(exchange, *_):
    """Reads the body only when the test says so."""
    exchange.origin.gate(exchange.path).wait(PATIENCE)
    request(exchange)


BEHAVIOURS = {
    "request": request, "echo": echo, "counted": counted, "streamed": streamed, "late-end": late_end, "status": status,
    "head": head_only, "trailers": with_trailers, "informational": informational, "reset": reset,
    "reset-within": reset_within, "hold": hold, "wait": wait_for_end, "early": early, "late-reader": late_reader,
    "hop-by-hop": hop_by_hop, "switching": switching, "*": request,
}
