"""RFC 7541 in the origin's header blocks."""

from harness import frames as f
from harness.expect import connection_error

from ..client_row import ClientRow, delivered, refused

OK = f.fields([(":status", "200")])


def broken(section, title, block):
    return ClientRow(f"7541/{section}", title, f.headers(1, block), refused, connection_error(f.COMPRESSION_ERROR))


ROWS = [
    broken("2.3.3", "an index past both tables", OK + f.indexed(70)),
    broken("4.2", "a change of table size after a field", OK + f.table_size(1)),
    broken("5.1", "an integer without an end", OK + b"\xff" + b"\xff" * 20),
    broken("5.2", "a string longer than its block", OK + b"\0" + f.integer(100, 7) + b"abc"),
    broken("6.1", "index 0", OK + b"\x80"),
    broken("6.3", "a table larger than allowed", f.table_size(1 << 30) + OK),
    ClientRow("7541/4.2", "two changes of table size before the fields",
              f.headers(1, f.table_size(0) + f.table_size(4096) + OK), delivered(b"")),
    ClientRow("7541/6.1", "an indexed :status", f.headers(1, f.indexed(8)), delivered(b"")),
]
