"""The little of RFC 6455 that the tests need."""

import base64
import hashlib

KEY = "dGhlIHNhbXBsZSBub25jZQ=="


def accept_key(key):
    return base64.b64encode(hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()).decode()
