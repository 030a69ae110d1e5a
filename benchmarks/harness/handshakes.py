"""Connections over TLS, one after the other: each with one request."""

import re
import subprocess
from dataclasses import dataclass

from . import build
from .certificates import NAME
from .failure import Failure
from .processes import pinned


@dataclass(frozen=True)
class Handshakes:
    count: int
    seconds: float


def handshakes(port, seconds, core, resumes, certificate=None):
    """As many as one thread makes in that time; with `resumes` all but the first go on with a session."""
    program = build.compiled("load/handshakes.c", "-lssl", "-lcrypto")
    command = [program, port, seconds, NAME, "resume" if resumes else "full", *([certificate] if certificate else [])]
    with pinned(core):
        said = subprocess.run(
            [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    found = re.fullmatch(r"(\d+) handshakes, (\d+) resumed, ([\d.]+) s\n", said)
    if not found:
        raise Failure(f"handshakes said: {said.strip()[-300:]}")
    count, resumed = int(found[1]), int(found[2])
    if resumes and resumed < count - 1 or not resumes and resumed:
        raise Failure(f"{resumed} of {count} sessions were resumed")
    return Handshakes(count, float(found[3]))
