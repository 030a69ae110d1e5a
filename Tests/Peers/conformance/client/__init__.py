"""RFC 9113 as a client has to keep it, towards origins that do not."""

from . import connection, frames, hpack, messages

ROWS = [*connection.ROWS, *frames.ROWS, *messages.ROWS, *hpack.ROWS]
