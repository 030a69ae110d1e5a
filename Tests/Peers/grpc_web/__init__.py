"""gRPC-Web, translated to gRPC for a server that knows nothing of it."""
