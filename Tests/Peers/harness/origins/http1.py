"""An HTTP/1.1 origin over the h11 package."""

import socket
import struct

import h11

from .behaviours import behave
from .exchange import Exchange, Gone
from .origin import Origin


class HTTP1Origin(Origin):
    def serve(self, connection):
        self.note("connection")
        state = h11.Connection(h11.SERVER)
        while True:
            try:
                event = next_event(state, connection)
            except h11.RemoteProtocolError as error:
                self.note("malformed", str(error))
                return
            if not isinstance(event, h11.Request):
                return
            exchange = HTTP1Exchange(self, event, state, connection)
            if exchange.field("upgrade") == "websocket" and exchange.path == "/websocket":
                return exchange.upgrade()
            behave(exchange)
            if state.our_state is not h11.DONE or state.their_state is not h11.DONE:
                return
            state.start_next_cycle()


class HTTP1Exchange(Exchange):
    version = 1

    def __init__(self, origin, request, state, connection):
        path = request.target.decode()
        super().__init__(
            origin, request.method.decode(), path[path.find("/", 1):] if path.count("/") > 1 else path,
            [(name.decode(), value.decode("latin-1")) for name, value in request.headers])
        self.state, self.connection = state, connection

    def read(self):
        if self.trailers is not None:
            return b""
        try:
            if self.state.they_are_waiting_for_100_continue:
                self.informational(100, [])
            event = next_event(self.state, self.connection)
        except (h11.RemoteProtocolError, OSError) as error:
            raise Gone from error
        if isinstance(event, h11.Data):
            return bytes(event.data) or self.read()
        if isinstance(event, h11.EndOfMessage):
            self.trailers = [(name.decode(), value.decode("latin-1")) for name, value in event.headers]
            return b""
        raise Gone

    def informational(self, status, fields):
        self.send(h11.InformationalResponse(status_code=status, headers=fields))

    def head(self, status, fields):
        self.send(h11.Response(status_code=status, headers=fields))

    def write(self, piece):
        if piece:
            self.send(h11.Data(data=piece))

    def end(self, trailers=()):
        self.send(h11.EndOfMessage(headers=list(trailers)))

    def send(self, event):
        try:
            self.connection.sendall(self.state.send(event))
        except OSError as error:
            raise Gone from error

    def reset(self, code):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Gone(code)

    def await_gone(self):
        try:
            self.connection.recv(1)
        except OSError:
            pass
        raise Gone

    def upgrade(self):
        """Takes the WebSocket handshake and sends every byte back; an empty line in between shows where it began."""
        from ..websocket import accept_key
        self.origin.note("upgrade", self.fields)
        self.connection.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept_key(self.field("sec-websocket-key")).encode() + b"\r\n\r\n")
        early, _ = self.state.trailing_data
        if early:
            self.connection.sendall(early)
        while piece := self.connection.recv(65536):
            self.connection.sendall(piece)
        self.origin.note("upgrade ended")


def next_event(state, connection):
    while True:
        event = state.next_event()
        if event is not h11.NEED_DATA:
            return event
        state.receive_data(connection.recv(65536))
