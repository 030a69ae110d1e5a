"""Load from wrk and h2load."""

import json
import re
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


def wrk(port, path, connections, seconds, core, scheme="http"):
    """One wrk run of one thread. An answer other than 2xx or 3xx, or a broken connection, is a `Failure`."""
    command = [
        "wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s",
        "--timeout", "10s", "--script", str(BENCHMARKS / "load" / "report.lua"), f"{scheme}://127.0.0.1:{port}{path}"]
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


@dataclass(frozen=True)
class StreamLoad:
    requests: int
    seconds: float
    mean: float
    """Milliseconds; h2load gives no percentiles."""
    longest: float


UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


def h2load(port, path, connections, streams, seconds, core, message=None):
    """One h2load run over HTTP/2. `message`: a file that is sent as a gRPC call's. An answer other than 2xx, or a broken
    connection, is a `Failure`."""
    command = [
        "h2load", "--clients", str(connections), "--max-concurrent-streams", str(streams), "--duration", str(seconds),
        *(["--data", str(message), "--header", "content-type: application/grpc", "--header", "te: trailers"]
          if message else []),
        f"http://127.0.0.1:{port}{path}"]
    with pinned(core):
        said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    counts = re.search(r"requests: .* (\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout", said)
    times = re.search(r"time for request: +\S+ +([\d.]+)(\w+) +([\d.]+)(\w+)", said)
    if not counts or not times:
        raise Failure(f"h2load said: {said.strip()[-300:]}")
    done, succeeded, failed, errored, timeout = map(int, counts.groups())
    if failed or errored or timeout or not succeeded or done != succeeded:
        raise Failure(f"h2load said: {counts.group()}")
    return StreamLoad(succeeded, float(seconds), float(times[3]) * UNITS[times[4]], float(times[1]) * UNITS[times[2]])
