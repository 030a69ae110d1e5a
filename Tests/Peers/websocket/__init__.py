"""WebSocket over HTTP/2 (RFC 8441) and HTTP/1, in all four combinations."""
