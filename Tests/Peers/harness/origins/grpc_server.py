"""A gRPC server over the grpcio package, without protocol buffers: messages are bytes."""

import json
import threading
from concurrent import futures

import grpc

from .. import bodies
from ..program import GaveUp, PATIENCE

SERVICE = "test.Calls"
UNBOUNDED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1), ("grpc.so_reuseport", 0)]


class GRPCServer:
    def __init__(self, credentials=None):
        self.noted = []
        self.changed = threading.Condition()
        self.failures = 0
        """How many of the next calls of `Flaky` fail with the code that their metadata names."""
        self.server = grpc.server(futures.ThreadPoolExecutor(64), options=UNBOUNDED)
        self.server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {
            "Unary": grpc.unary_unary_rpc_method_handler(self.unary),
            "Collect": grpc.stream_unary_rpc_method_handler(self.collect),
            "Expand": grpc.unary_stream_rpc_method_handler(self.expand),
            "Chat": grpc.stream_stream_rpc_method_handler(self.chat),
            "Fail": grpc.unary_unary_rpc_method_handler(self.fail),
            "FailWithin": grpc.unary_stream_rpc_method_handler(self.fail_within),
            "Flaky": grpc.unary_unary_rpc_method_handler(self.flaky),
            "Wait": grpc.unary_unary_rpc_method_handler(self.wait),
            "WaitWithin": grpc.unary_stream_rpc_method_handler(self.wait_within),
            "Metadata": grpc.unary_unary_rpc_method_handler(self.metadata),
            "TimeLeft": grpc.unary_unary_rpc_method_handler(self.time_left),
        }),))
        self.port = (
            self.server.add_secure_port("127.0.0.1:0", credentials) if credentials
            else self.server.add_insecure_port("127.0.0.1:0"))
        self.server.start()

    def note(self, word, about=None):
        with self.changed:
            self.noted.append((word, about))
            self.changed.notify_all()

    def await_note(self, word, patience=PATIENCE):
        with self.changed:
            if not self.changed.wait_for(lambda: any(word == key for key, _ in self.noted), patience):
                raise GaveUp(f"nothing noted as {word!r}; noted: {self.noted}")

    def unary(self, request, context):
        return request

    def collect(self, requests, context):
        count, content = 0, b""
        for request in requests:
            count += 1
            content += request
        return json.dumps({"count": count, "length": len(content), "digest": bodies.digest(content)}).encode()

    def expand(self, request, context):
        """`count size`: so many messages of so many bytes, each with its number in front."""
        count, size = map(int, request.split())
        for index in range(count):
            yield index.to_bytes(4, "big") + bodies.PIECE[:size - 4]

    def chat(self, requests, context):
        for request in requests:
            yield request

    def fail(self, request, context):
        context.set_trailing_metadata((("x-reason", "because"),))
        context.abort(grpc.StatusCode[dict(context.invocation_metadata())["x-code"]], "told to: 100 % ü")

    def fail_within(self, request, context):
        yield b"one"
        context.abort(grpc.StatusCode[dict(context.invocation_metadata())["x-code"]], "after a message")

    def flaky(self, request, context):
        self.note("flaky")
        told = dict(context.invocation_metadata())
        if self.failures > 0:
            self.failures -= 1
            if told.get("x-head") == "yes":
                context.send_initial_metadata((("x-head", "sent"),))
            context.abort(grpc.StatusCode[told["x-code"]], "try again")
        return request

    def wait(self, request, context):
        self.note("waiting")
        ended = threading.Event()
        context.add_callback(ended.set)
        ended.wait(PATIENCE)
        self.note("cancelled" if ended.is_set() else "never cancelled")
        return b""

    def wait_within(self, request, context):
        yield b"one"
        self.wait(request, context)

    def metadata(self, request, context):
        """Tells which metadata of a test's came, as text, and sends it back as it is, in the head and the trailers."""
        own = [(key, value) for key, value in context.invocation_metadata() if key.startswith("x-own-")]
        context.send_initial_metadata(own)
        context.set_trailing_metadata([(f"x-after-{key}", value) for key, value in own])
        return json.dumps([[key, repr(value)] for key, value in own]).encode()

    def time_left(self, request, context):
        return str(context.time_remaining()).encode()

    def close(self):
        self.server.stop(None)
