"""A gRPC client over the grpcio package; messages are bytes."""

import grpc

from ..origins.grpc_server import SERVICE, UNBOUNDED


class Calls:
    def __init__(self, port, credentials=None):
        target, options = f"127.0.0.1:{port}", [
            *UNBOUNDED, ("grpc.enable_retries", 0), ("grpc.use_local_subchannel_pool", 1)]
        if credentials:
            self.channel = grpc.secure_channel(
                target, credentials, [*options, ("grpc.ssl_target_name_override", "test.example")])
        else:
            self.channel = grpc.insecure_channel(target, options)

    def unary(self, method, service=SERVICE):
        return self.channel.unary_unary(f"/{service}/{method}")

    def expand(self, method="Expand"):
        return self.channel.unary_stream(f"/{SERVICE}/{method}")

    def collect(self):
        return self.channel.stream_unary(f"/{SERVICE}/Collect")

    def chat(self):
        return self.channel.stream_stream(f"/{SERVICE}/Chat")

    def close(self):
        self.channel.close()


def failure(call, *arguments, **named):
    """The error with which a call ends."""
    try:
        call(*arguments, **named)
    except grpc.RpcError as error:
        return error
    raise AssertionError("the call did not fail")
