"""A connection of HTTP/2 over the h2 package: a task for each stream."""

import asyncio

import h2.config
import h2.connection
import h2.events
import h2.exceptions

from .message import Request


class HTTP2Connection:
    protocol = "HTTP/2"

    def __init__(self, reader, writer, answer):
        self.reader, self.writer, self.answer = reader, writer, answer
        self.state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="latin-1"))
        self.requests, self.tasks = {}, {}
        self.windows = asyncio.Condition()

    async def run(self):
        self.state.initiate_connection()
        await self.flush()
        try:
            while piece := await self.reader.read(65536):
                for event in self.state.receive_data(piece):
                    await self.handle(event)
                await self.flush()
        except h2.exceptions.ProtocolError:
            await self.flush()
        finally:
            for task in self.tasks.values():
                task.cancel()

    async def flush(self):
        self.writer.write(self.state.data_to_send())
        await self.writer.drain()

    async def handle(self, event):
        match event:
            case h2.events.RequestReceived():
                fields = dict(event.headers)
                self.requests[event.stream_id] = Request(fields[":method"], fields[":path"], fields, b"")
            case h2.events.DataReceived():
                self.requests[event.stream_id].body += event.data
                self.state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case h2.events.StreamEnded():
                self.tasks[event.stream_id] = asyncio.ensure_future(
                    self.answer(self.requests.pop(event.stream_id), HTTP2Reply(self, event.stream_id)))
            case h2.events.StreamReset():
                if task := self.tasks.pop(event.stream_id, None):
                    task.cancel()
            case h2.events.WindowUpdated() | h2.events.RemoteSettingsChanged():
                async with self.windows:
                    self.windows.notify_all()


class HTTP2Reply:
    def __init__(self, connection, stream):
        self.connection, self.stream, self.protocol = connection, stream, connection.protocol

    async def head(self, status, fields, length=None):
        more = [] if length is None else [("content-length", str(length))]
        self.connection.state.send_headers(self.stream, [(":status", str(status)), *fields, *more])
        await self.connection.flush()

    async def write(self, piece):
        state = self.connection.state
        while piece:
            async with self.connection.windows:
                while not (room := state.local_flow_control_window(self.stream)):
                    await self.connection.windows.wait()
            room = min(room, state.max_outbound_frame_size)
            state.send_data(self.stream, piece[:room])
            await self.connection.flush()
            piece = piece[room:]

    async def end(self):
        self.connection.state.end_stream(self.stream)
        await self.connection.flush()

    def cut(self):
        """The connection, in the midst of it all."""
        self.connection.writer.transport.close()
