"""HTTP/2 over the h2 package: any number of streams, read in one thread whenever the test waits for something."""

import socket
import time

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings

from ..program import GaveUp, PATIENCE
from .answer import Answer


class Connection(h2.connection.H2Connection):
    def _receive_goaway_frame(self, frame):
        """The package takes GOAWAY for the end at once; RFC 9113 lets streams up to the last one go on."""
        result = super()._receive_goaway_frame(frame)
        self.state_machine.state = h2.connection.ConnectionState.CLIENT_OPEN
        return result


class HTTP2Client:
    def __init__(self, port, settings=None, window=1 << 20):
        """`window`: of each stream, in bytes; the connection's is left as it is at the start."""
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.state = Connection(h2.config.H2Configuration(client_side=True, header_encoding="latin-1"))
        codes = h2.settings.SettingCodes
        self.state.local_settings = h2.settings.Settings(client=True, initial_values={
            codes.ENABLE_PUSH: 0, codes.INITIAL_WINDOW_SIZE: window, **(settings or {})})
        self.answers = {}
        self.stalled = set()
        """Streams whose bytes are not taken: their windows stay used up. They still count as taken on the
        connection."""
        self.goaways = []
        """Pairs of the last stream and the code."""
        self.closed = False
        self.state.initiate_connection()
        self.flush()

    def request(self, method="GET", path="/", fields=(), end=True, pseudo=()):
        """Begins a stream; returns its number."""
        stream = self.state.get_next_available_stream_id()
        self.answers[stream] = Answer()
        self.state.send_headers(stream, [
            (":method", method), (":scheme", "http"), (":path", path), (":authority", "test"), *pseudo, *fields], end)
        self.flush()
        return stream

    def write(self, stream, content, end=False):
        """Sends all of it as the windows allow, unless the stream is over before."""
        content = memoryview(content)
        while not self.answers[stream].is_over:
            room = min(self.state.local_flow_control_window(stream), self.state.max_outbound_frame_size, len(content))
            if room > 0 or not content:
                self.state.send_data(stream, bytes(content[:room]), end and room == len(content))
                self.flush()
                content = content[room:]
                if not content:
                    return
                self.poll()
            else:
                self.read(PATIENCE)

    def send_trailers(self, stream, trailers):
        self.state.send_headers(stream, list(trailers), end_stream=True)
        self.flush()

    def reset(self, stream, code):
        self.state.reset_stream(stream, code)
        self.flush()

    def answer(self, stream):
        """The whole answer, or as much as came before the end of the stream."""
        self.until(lambda: self.answers[stream].is_over)
        return self.answers[stream]

    def until(self, condition, patience=PATIENCE):
        deadline = time.monotonic() + patience
        while not condition():
            if self.closed:
                raise GaveUp("the connection was closed")
            if time.monotonic() > deadline:
                raise GaveUp(f"what was waited for did not come; {self.answers}"[:2000])
            self.read(deadline - time.monotonic())

    def poll(self):
        """Takes what has come, without waiting."""
        self.read(0)

    def read(self, patience):
        self.socket.settimeout(max(patience, 0.0001))
        try:
            piece = self.socket.recv(1 << 18)
        except TimeoutError:
            return
        except ConnectionError:
            piece = b""
        if not piece:
            self.closed = True
            for answer in self.answers.values():
                if not answer.is_over:
                    answer.reset = -1
            return
        for event in self.state.receive_data(piece):
            self.handle(event)
        self.flush()

    def handle(self, event):
        answer = self.answers.get(getattr(event, "stream_id", None))
        match event:
            case h2.events.InformationalResponseReceived():
                answer.informational.append((int(dict(event.headers)[":status"]), list(event.headers)))
            case h2.events.ResponseReceived():
                answer.status = int(dict(event.headers)[":status"])
                answer.fields = [pair for pair in event.headers if pair[0] != ":status"]
            case h2.events.DataReceived():
                answer.body += event.data
                if not event.flow_controlled_length:
                    return
                if event.stream_id in self.stalled:
                    self.state.increment_flow_control_window(event.flow_controlled_length)
                else:
                    self.state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case h2.events.TrailersReceived():
                answer.trailers = list(event.headers)
            case h2.events.StreamEnded():
                answer.ended = True
            case h2.events.StreamReset():
                answer.reset = int(event.error_code)
            case h2.events.ConnectionTerminated():
                self.goaways.append((event.last_stream_id, int(event.error_code)))

    def resume(self, stream):
        """Takes the bytes of a stalled stream."""
        self.stalled.discard(stream)
        taken = len(self.answers[stream].body)
        if taken:
            self.state.increment_flow_control_window(taken, stream)
            self.flush()

    def flush(self):
        content = self.state.data_to_send()
        if content:
            self.socket.settimeout(PATIENCE)
            try:
                self.socket.sendall(content)
            except ConnectionError:
                self.closed = True

    def close(self):
        self.socket.close()


def exchange(port, method, path, fields, body, trailers):
    client = HTTP2Client(port)
    try:
        if isinstance(body, bytes) and not trailers:
            fields = [*fields, ("content-length", str(len(body)))]
        stream = client.request(method, path, fields, end=body is None and not trailers)
        pieces = [body] if isinstance(body, bytes) else list(body or ()) or [b""] * (body is not None)
        for index, piece in enumerate(pieces):
            client.write(stream, piece, end=index == len(pieces) - 1 and not trailers)
        if trailers:
            client.send_trailers(stream, trailers)
        return client.answer(stream)
    finally:
        client.close()
