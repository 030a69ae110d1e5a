"""Places of files, and what a run was asked for."""

from dataclasses import dataclass
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent
PROJECT = BENCHMARKS.parent
BUILD = PROJECT / ".build" / "bench"
VIRTUAL_ENVIRONMENT = PROJECT / ".build" / "bench-venv"


@dataclass(frozen=True)
class Settings:
    rounds: int
    seconds: int
    """Length of the measured window of each wrk run."""
    warmup: int
    """Seconds of load before that window."""
    connections: int
    transfer_bytes: int
    idle_connections: int
    readers: int
    proxy_core: int
    load_core: int
    apus: Path
    before: Path | None = None
    """Another build of Apus, to be measured beside it."""
