"""gRPC through the proxy, with grpcio at both ends."""
