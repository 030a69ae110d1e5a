"""Load from wrk."""

import json
import subprocess
from dataclasses import dataclass

from .failure import Failure
from .processes import pinned
from .settings import BENCHMARKS


@dataclass(frozen=True)
class Load:
    requests: int
    seconds: float
    p50: float
    p99: float
    p999: float
    """Milliseconds."""


def wrk(port, path, connections, seconds, core):
    """One wrk run of one thread. An answer other than 2xx or 3xx, or a broken connection, is a `Failure`."""
    command = [
        "wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s",
        "--timeout", "10s", "--script", str(BENCHMARKS / "load" / "report.lua"), f"http://127.0.0.1:{port}{path}"]
    with pinned(core):
        said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    line = next((line for line in said.splitlines() if line.startswith("{")), None)
    if not line:
        raise Failure(f"wrk said: {said.strip()[-300:]}")
    report = json.loads(line)
    if report["errors"] or not report["requests"]:
        raise Failure(f"wrk counted {report['errors']} errors in {report['requests']} requests")
    return Load(
        report["requests"], report["microseconds"] / 1e6,
        report["p50"] / 1000, report["p99"] / 1000, report["p999"] / 1000)
