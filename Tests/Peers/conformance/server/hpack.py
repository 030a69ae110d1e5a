"""RFC 7541: HPACK, whose errors are all COMPRESSION_ERROR (RFC 9113 section 4.3)."""

from harness import frames as f, wire as w
from harness.expect import answer, connection_error
from harness.steps import after_answer

from ..row import Row

REQUEST = f.fields(w.request(path="/c/plain"))


def broken(section, title, block):
    return Row(f"7541/{section}", title, f.headers(1, block), connection_error(f.COMPRESSION_ERROR), served=False)


def huffman(code):
    """A field whose value claims to be Huffman-coded."""
    return b"\0" + f.string("x") + f.integer(len(code), 7, 0x80) + code


ROWS = [
    broken("2.3.3", "an index past both tables", REQUEST + f.indexed(70)),
    broken("2.3.3", "a name's index past both tables", REQUEST + f.integer(70, 4) + f.string("x")),
    broken("2.3.3", "the first index of an empty table", REQUEST + f.indexed(62)),
    broken("4.2", "a change of table size after a field", REQUEST + f.table_size(1)),
    broken("5.1", "an integer without an end", REQUEST + b"\xff" + b"\xff" * 20),
    broken("5.1", "an integer of more than 32 bits", REQUEST + b"\xff" + b"\x80" * 9 + b"\x01"),
    broken("5.2", "a string longer than its block", REQUEST + b"\0" + f.integer(100, 7) + b"abc"),
    broken("5.2", "padding of more than 7 bits", REQUEST + huffman(b"\x1c\x64\x9f\xff\xff")),
    broken("5.2", "padding of zeros", REQUEST + huffman(b"\x1c\x64\x90")),
    broken("5.2", "EOS within a string", REQUEST + huffman(b"\xff\xff\xff\xff")),
    broken("6.1", "index 0", REQUEST + b"\x80"),
    broken("6.3", "a table larger than allowed", f.table_size(1 << 30) + REQUEST),
    Row("7541/4.2", "two changes of table size before the fields",
        f.headers(1, f.table_size(0) + f.table_size(4096) + REQUEST), answer()),
    Row("7541/4.3", "a smaller table forgets its entries", [
        f.headers(1, REQUEST + f.indexing_field("x-old", "1")), after_answer(),
        f.headers(3, f.table_size(0) + f.table_size(4096) + REQUEST + f.indexed(62))],
        connection_error(f.COMPRESSION_ERROR)),
    Row("7541/4.4", "an entry larger than the table empties it", [
        f.headers(1, f.table_size(100) + REQUEST + f.indexing_field("x-large", "a" * 200)), after_answer(),
        f.headers(3, REQUEST + f.indexed(62))], connection_error(f.COMPRESSION_ERROR)),
    Row("7541/6.2.1", "an entry can be referred to", [
        f.headers(1, REQUEST + f.indexing_field("x-entry", "1")), after_answer(),
        f.headers(3, REQUEST + f.indexed(62))], answer(stream=3)),
    Row("7541/6.2.3", "a literal that is never indexed", f.headers(1, REQUEST + b"\x10" + f.string("x") + f.string("y")),
        answer()),
    Row("7541/5.2", "a Huffman-coded value", f.headers(1, REQUEST + huffman(b"\x1c\x64\x9f")), answer()),
]
