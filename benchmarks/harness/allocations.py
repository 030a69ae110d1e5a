"""Heap allocations of a program, by a library under LD_PRELOAD."""

import contextlib
import struct
import tempfile
from dataclasses import dataclass

from . import build


@dataclass(frozen=True)
class Allocations:
    own: int
    nghttp2: int
    """Those of libnghttp2 for itself."""


@contextlib.contextmanager
def counted():
    """Gives the environment in which a program is counted, and a function that tells its `Allocations` so far."""
    library = build.compiled("allocations/count.c", "-shared", "-fPIC")
    with tempfile.NamedTemporaryFile(prefix="apus-bench-count-") as file:
        file.truncate(16)

        def allocations():
            with open(file.name, "rb") as counter:
                return Allocations(*struct.unpack("@LL", counter.read(16)))

        yield {"LD_PRELOAD": str(library), "ALLOCATION_COUNT_FILE": file.name}, allocations
