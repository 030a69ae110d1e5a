"""CPU time and memory of a process, from /proc."""

from pathlib import Path

MIB = 1 << 20


def resident(pid):
    """Bytes."""
    return value(f"/proc/{pid}/smaps_rollup", "Rss")


def peak_resident(pid):
    """Bytes: the most since the start, or since `reset_peak`."""
    return value(f"/proc/{pid}/status", "VmHWM")


def reset_peak(pid):
    Path(f"/proc/{pid}/clear_refs").write_text("5")


class Flat:
    """The memory of a process that does the same again and again, from when it has done it a few times: from then on it does not
    grow. The bound is what a few more connections and buffers at the moment of looking come to."""

    def __init__(self, pid):
        self.pid, self.before = pid, resident(pid)

    def check(self, bound=2 * MIB):
        now = resident(self.pid)
        print(f"resident: {self.before / MIB:.2f} MiB when warm, {now / MIB:.2f} MiB in the end")
        assert now - self.before < bound, f"{self.before} bytes when warm, {now} in the end"


def value(path, name):
    line = next(line for line in Path(path).read_text().splitlines() if line.startswith(name + ":"))
    return int(line.split()[1]) * 1024


def cpu_seconds(pid):
    """Of all threads, as the scheduler counts it."""
    return sum(
        int(statistics.read_text().split()[0]) for statistics in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9
