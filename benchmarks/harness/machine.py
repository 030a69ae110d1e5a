"""What a figure is worth nothing without: where and when it was measured."""

import datetime
import os
import platform


def describe():
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": first_value("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / (1 << 30):.0f} GiB",
        "kernel": platform.release(),
        "system": (first_value("/etc/os-release", "PRETTY_NAME", "=") or "Linux").strip('"'),
        "load": f"{os.getloadavg()[0]:.1f}",
    }


def first_value(path, name, separator=":"):
    with open(path) as lines:
        for line in lines:
            key, found, value = line.partition(separator)
            if found and key.strip() == name:
                return value.strip()
    return None
