"""CPU time and memory of a process and its descendants, from /proc."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Memory:
    resident: int
    """Bytes. Pages shared by several processes of one proxy count once for each of them."""
    anonymous: int
    """Bytes that no file backs: what each further copy of the proxy costs."""


def process_ids(root):
    """`root` and all that it started."""
    found = [root]
    for process in found:
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            found.extend(int(child) for child in children.read_text().split())
    return found


def cpu_nanoseconds(root):
    """CPU time used so far by all threads, as the scheduler counts it (schedstat: nanoseconds, not ticks)."""
    return sum(
        int(statistics.read_text().split()[0])
        for process in process_ids(root)
        for statistics in Path(f"/proc/{process}/task").glob("*/schedstat"))


def memory(root):
    resident = anonymous = 0
    for process in process_ids(root):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            name, _, value = line.partition(":")
            if name == "Rss":
                resident += int(value.split()[0]) * 1024
            elif name == "Anonymous":
                anonymous += int(value.split()[0]) * 1024
    return Memory(resident, anonymous)


def peak_resident(root):
    """The most that was ever resident, in bytes, since the start or `reset_peak`."""
    return sum(
        int(line.split()[1]) * 1024
        for process in process_ids(root)
        for line in Path(f"/proc/{process}/status").read_text().splitlines()
        if line.startswith("VmHWM:"))


def reset_peak(root):
    for process in process_ids(root):
        Path(f"/proc/{process}/clear_refs").write_text("5")
