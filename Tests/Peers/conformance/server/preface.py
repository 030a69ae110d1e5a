"""Section 3: starting HTTP/2."""

import time

from harness import frames as f
from harness.expect import answer, connection_error, either, closed, that

from ..row import Row
from ..vocabulary import get


def byte_by_byte(wire):
    for byte in f.PREFACE + f.settings() + get():
        wire.send(bytes((byte,)))
        time.sleep(0.0005)  # so that the pieces do not meet again in the kernel


ROWS = [
    Row("3.4", "the server's first frame is SETTINGS", b"", that(
        lambda wire: wire.received and wire.received[0].type == f.SETTINGS and not wire.received[0].flags,
        "SETTINGS comes first")),
    Row("3.4", "requests may follow the preface at once", f.PREFACE + f.settings() + get(), answer(), preface=False),
    Row("3.4", "the preface may come byte by byte", [byte_by_byte], answer(), preface=False),
    Row("3.4", "a wrong end of the preface", b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n" + f.settings(), closed, preface=False),
    Row("3.4", "no SETTINGS after the preface", f.PREFACE + f.ping(),
        connection_error(f.PROTOCOL_ERROR), preface=False),
    Row("3.4", "HEADERS instead of SETTINGS after the preface", f.PREFACE + get(),
        connection_error(f.PROTOCOL_ERROR), preface=False, served=False),
    Row("3.4", "the preface a second time", f.PREFACE,
        either(connection_error(f.PROTOCOL_ERROR, f.FRAME_SIZE_ERROR))),
]
