"""Heap allocations of a program, by a library under LD_PRELOAD."""

import contextlib
import tempfile

from . import build


@contextlib.contextmanager
def counted():
    """Gives the environment in which a program is counted, and a function that tells its allocations so far."""
    library = build.compiled("allocations/count.c", "-shared", "-fPIC")
    with tempfile.NamedTemporaryFile(prefix="apus-bench-count-") as file:
        file.truncate(8)

        def allocations():
            with open(file.name, "rb") as counter:
                return int.from_bytes(counter.read(8), "little")

        yield {"LD_PRELOAD": str(library), "ALLOCATION_COUNT_FILE": file.name}, allocations
