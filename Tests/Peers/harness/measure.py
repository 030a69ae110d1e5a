"""CPU time and memory of a process, from /proc."""

from pathlib import Path


def resident(pid):
    """Bytes."""
    return value(f"/proc/{pid}/smaps_rollup", "Rss")


def peak_resident(pid):
    """Bytes: the most since the start, or since `reset_peak`."""
    return value(f"/proc/{pid}/status", "VmHWM")


def reset_peak(pid):
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def value(path, name):
    line = next(line for line in Path(path).read_text().splitlines() if line.startswith(name + ":"))
    return int(line.split()[1]) * 1024


def cpu_seconds(pid):
    """Of all threads, as the scheduler counts it."""
    return sum(
        int(statistics.read_text().split()[0]) for statistics in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9
