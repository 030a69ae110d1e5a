"""A single body of a gigabyte down and another one up: the cost of a byte, in constant memory."""

from harness.measure import cpu_nanoseconds, peak_resident, reset_peak
from harness.scenario import Column, Scenario
from harness.stage import proxy_in_front
from harness.transfer import download, upload
from harness.turns import in_turn

GIB = 1 << 30
MIB = 1 << 20


def run(peers, settings):
    return in_turn("transfer", peers, min(settings.rounds, 3), lambda peer: measure(peer, settings))


def measure(peer, settings):
    with proxy_in_front(peer, settings) as proxy:
        figures = {}
        for name, move in (("down", download), ("up", upload)):
            move(proxy.port, settings.transfer_bytes // 16)
            reset_peak(proxy.process)
            resident, cpu = peak_resident(proxy.process), cpu_nanoseconds(proxy.process)
            seconds = move(proxy.port, settings.transfer_bytes)
            gibibytes = settings.transfer_bytes / GIB
            figures[f"{name}_cpu"] = (cpu_nanoseconds(proxy.process) - cpu) / 1e9 / gibibytes
            figures[f"{name}_rate"] = gibibytes / seconds
            figures[f"{name}_growth"] = (peak_resident(proxy.process) - resident) / MIB
        return figures


SCENARIO = Scenario(
    "transfer", "One body of 1 GiB each way",
    (
        Column("down_cpu", "down: CPU s/GiB", 2, compared=True),
        Column("down_rate", "GiB/s", 2, compared=True, larger_is_better=True),
        Column("down_growth", "peak RSS + MiB", 1),
        Column("up_cpu", "up: CPU s/GiB", 2, compared=True),
        Column("up_rate", "GiB/s", 2, compared=True, larger_is_better=True),
        Column("up_growth", "peak RSS + MiB", 1),
    ),
    run)
