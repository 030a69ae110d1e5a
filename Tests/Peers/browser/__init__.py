"""A real browser's web page that calls a gRPC service through the proxy."""
