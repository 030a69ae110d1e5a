"""One request at an origin, whatever its version: what behaviours are written against."""

from dataclasses import dataclass


class Gone(Exception):
    """The other side has given the exchange up. `code`: of RST_STREAM; None where the connection ended."""

    def __init__(self, code=None):
        super().__init__(code)
        self.code = code


@dataclass
class Exchange:
    origin: object
    """Notes what happens."""
    method: str
    path: str
    """Without the first segment, by which the proxy routes."""
    fields: list
    """Of the head, as they came: pairs of text."""

    trailers: list = None
    """Of the request, once its body has been read to the end."""

    def read(self):
        """The next piece of the body, empty at its end. Raises `Gone`."""
        raise NotImplementedError

    def discard(self):
        """The behaviour has ended: nobody reads what still comes."""

    def informational(self, status, fields):
        raise NotImplementedError

    def head(self, status, fields):
        raise NotImplementedError

    def write(self, piece):
        """Waits until the other side takes it. Raises `Gone`."""
        raise NotImplementedError

    def end(self, trailers=()):
        raise NotImplementedError

    def reset(self, code):
        """RST_STREAM with that code; over HTTP/1 the connection is reset."""
        raise NotImplementedError

    def answer(self, status=200, body=b"", fields=()):
        self.head(status, [("content-length", str(len(body))), *fields])
        self.write(body)
        self.end()

    def field(self, name):
        return next((value for key, value in self.fields if key == name), None)

    def body(self):
        return b"".join(iter(self.read, b""))
