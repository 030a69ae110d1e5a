"""Bodies of any length whose bytes do not repeat evenly, so that a lost or moved piece shows in the checksum."""

import hashlib
import random

PIECE = random.Random(7).randbytes(65536 - 61)


def pieces(count):
    while count > 0:
        yield PIECE[:count]
        count -= len(PIECE)


def body(count):
    return b"".join(pieces(count))


def digest(content):
    return hashlib.sha256(content).hexdigest()
