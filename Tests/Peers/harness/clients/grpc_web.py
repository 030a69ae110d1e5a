"""gRPC-Web, the little that a client needs (grpc/doc/PROTOCOL-WEB.md): messages, then a frame of trailers, as bytes or
in Base64."""

import base64
import struct
from dataclasses import dataclass

from . import exchange


@dataclass
class WebAnswer:
    answer: object
    messages: list
    trailers: dict
    """Of the frame of trailers, or of the head where that is all there is."""


def framed(message, flags=0):
    return struct.pack(">BI", flags, len(message)) + message


def call(version, port, path, messages, text=False, fields=(), streamed=False):
    """`streamed`: the request's body goes in pieces of 7 bytes, its length is not announced."""
    kind = "application/grpc-web-text+proto" if text else "application/grpc-web+proto"
    body = b"".join(map(framed, messages))
    body = base64.b64encode(body) if text else body
    sent = [body[index:index + 7] for index in range(0, len(body), 7)] if streamed else body
    answer = exchange(version, port, "POST", path, [
        ("content-type", kind), ("accept", kind), ("x-grpc-web", "1"), ("x-user-agent", "grpc-web-test"), *fields], sent)
    return read(answer, text)


def read(answer, text):
    content = decoded(bytes(answer.body)) if text else bytes(answer.body)
    found, trailers = [], None
    while content:
        flags, length = struct.unpack(">BI", content[:5])
        piece, content = content[5:5 + length], content[5 + length:]
        assert len(piece) == length, "a frame is cut"
        if flags & 0x80:
            assert not content, "trailers are last"
            trailers = dict(line.split(":", 1) for line in piece.decode().split("\r\n") if line)
            trailers = {name.strip().lower(): value.strip() for name, value in trailers.items()}
        else:
            found.append(piece)
    if trailers is None:
        trailers = {name: value for name, value in answer.fields if name.startswith("grpc-")}
    return WebAnswer(answer, found, trailers)


def decoded(text):
    """Base64 in pieces, each padded for itself."""
    return b"".join(base64.b64decode(text[index:index + 4]) for index in range(0, len(text), 4))
