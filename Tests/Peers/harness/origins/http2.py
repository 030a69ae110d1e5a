"""An HTTP/2 origin over the h2 package: a thread for each stream, and flow control as the other side grants it."""

import queue
import threading

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings

from .. import frames
from .behaviours import behave
from .exchange import Exchange, Gone
from .origin import Origin

CODES = h2.settings.SettingCodes


class HTTP2Origin(Origin):
    def __init__(self, settings=None, streams=1000):
        """`streams`: at a time on a connection; what is more is refused (the package would end the connection)."""
        self.settings, self.streams = settings or {}, streams
        super().__init__()

    def serve(self, connection):
        self.note("connection")
        HTTP2Connection(self, connection).run()


class HTTP2Connection:
    def __init__(self, origin, socket):
        self.origin, self.socket = origin, socket
        self.state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="latin-1"))
        self.state.local_settings = h2.settings.Settings(client=False, initial_values={
            CODES.MAX_CONCURRENT_STREAMS: 1 << 20, CODES.ENABLE_CONNECT_PROTOCOL: 1, **origin.settings})
        self.exchanges = {}
        self.changed = threading.Condition()
        """Guards the state, and tells of windows."""

    def run(self):
        with self.changed:
            self.state.initiate_connection()
            self.socket.sendall(
                self.state.data_to_send() + frames.settings([(frames.MAX_CONCURRENT_STREAMS, self.origin.streams)]))
        try:
            while piece := self.socket.recv(65536):
                with self.changed:
                    for event in self.state.receive_data(piece):
                        self.handle(event)
                    self.flush()
        except (OSError, h2.exceptions.ProtocolError) as error:
            self.origin.note("connection failed", repr(error))
            with self.changed:
                self.flush()
        finally:
            for exchange in list(self.exchanges.values()):
                exchange.lose(None)

    def flush(self):
        try:
            self.socket.sendall(self.state.data_to_send())
        except OSError:
            pass

    def handle(self, event):
        match event:
            case h2.events.RequestReceived():
                if sum(not exchange.is_over for exchange in self.exchanges.values()) >= self.origin.streams:
                    self.origin.note("refused")
                    self.state.reset_stream(event.stream_id, h2.errors.ErrorCodes.REFUSED_STREAM)
                    return
                exchange = HTTP2Exchange(self, event)
                self.exchanges[event.stream_id] = exchange
                tunnels = exchange.method == "CONNECT" and exchange.path == "/websocket"
                threading.Thread(target=exchange.tunnel if tunnels else behave, args=() if tunnels else (exchange,),
                                 daemon=True).start()
            case h2.events.DataReceived():
                exchange = self.exchanges.get(event.stream_id)
                if exchange is None or exchange.is_over:
                    # What nobody will read takes nothing of the connection's window.
                    self.state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                else:
                    exchange.arrived.put((event.data, event.flow_controlled_length))
            case h2.events.TrailersReceived():
                if exchange := self.exchanges.get(event.stream_id):
                    exchange.received_trailers = list(event.headers)
            case h2.events.StreamEnded():
                if exchange := self.exchanges.get(event.stream_id):
                    exchange.arrived.put(None)
            case h2.events.StreamReset():
                if exchange := self.exchanges.get(event.stream_id):
                    self.origin.note("reset", (exchange.path, int(event.error_code)))
                    exchange.lose(int(event.error_code))
            case h2.events.ConnectionTerminated():
                self.origin.note("goaway", int(event.error_code))
            case h2.events.WindowUpdated() | h2.events.RemoteSettingsChanged():
                self.changed.notify_all()


class HTTP2Exchange(Exchange):
    version = 2

    def __init__(self, connection, event):
        fields = [(name, value) for name, value in event.headers]
        pseudo = dict(fields)
        path = pseudo.get(":path", "*")
        super().__init__(
            connection.origin, pseudo[":method"], path[path.find("/", 1):] if path.count("/") > 1 else path, fields)
        self.connection, self.stream = connection, event.stream_id
        self.arrived = queue.Queue()
        self.received_trailers = []
        self.lost = None
        if self.method == "CONNECT" and self.path != "/websocket":
            self.trailers = []  # a tunnel that is refused: nothing of it is a body
        self.is_over = False
        """Its stream no longer counts."""

    def lose(self, code):
        self.lost = Gone(code)
        self.is_over = True
        self.arrived.put(self.lost)
        with self.connection.changed:
            self.connection.changed.notify_all()

    def read(self):
        if self.trailers is not None:
            return b""
        found = self.arrived.get()
        if isinstance(found, Gone):
            raise found
        if found is None:
            self.trailers = self.received_trailers
            return b""
        piece, count = found
        if count:
            with self.connection.changed:
                self.connection.state.acknowledge_received_data(count, self.stream)
                self.connection.flush()
        return piece or self.read()

    def discard(self):
        """What has come and was not read."""
        self.is_over = True
        while not self.arrived.empty():
            found = self.arrived.get()
            if isinstance(found, tuple) and found[1]:
                with self.connection.changed:
                    self.connection.state.acknowledge_received_data(found[1], self.stream)
                    self.connection.flush()

    def informational(self, status, fields):
        self.send(lambda state: state.send_headers(self.stream, [(":status", str(status)), *fields]))

    def head(self, status, fields):
        self.send(lambda state: state.send_headers(self.stream, [(":status", str(status)), *fields]))

    def write(self, piece):
        while piece:
            with self.connection.changed:
                room = 0
                while not self.lost:
                    room = min(
                        self.connection.state.local_flow_control_window(self.stream),
                        self.connection.state.max_outbound_frame_size, len(piece))
                    if room > 0:
                        break
                    self.connection.changed.wait(60)
                self.send(lambda state: state.send_data(self.stream, piece[:room]))
                piece = piece[room:]

    def end(self, trailers=()):
        self.is_over = True
        if trailers:
            self.send(lambda state: state.send_headers(self.stream, list(trailers), end_stream=True))
        else:
            self.send(lambda state: state.end_stream(self.stream))

    def reset(self, code):
        self.is_over = True
        self.send(lambda state: state.reset_stream(self.stream, code))

    def send(self, change):
        with self.connection.changed:
            if self.lost:
                raise self.lost
            try:
                change(self.connection.state)
            except h2.exceptions.ProtocolError as error:
                raise Gone from error
            self.connection.flush()

    def await_gone(self):
        raise self.arrived.get()

    def tunnel(self):
        """CONNECT with a protocol (RFC 8441): sends every byte back."""
        self.origin.note("upgrade", self.fields)
        try:
            self.head(200, [])
            for piece in iter(self.read, b""):
                self.write(piece)
            self.end()
        except Gone:
            pass
        self.origin.note("upgrade ended")
