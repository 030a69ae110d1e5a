"""Commands of the binary under test that end by themselves."""

import subprocess

from .program import PATIENCE
from .proxies.apus import binary


def apus(*arguments, text=None):
    """Runs it, with `text` for standard input. Its exit status, standard output and standard error."""
    done = subprocess.run(
        [str(part) for part in (binary(), *arguments)], input=text, capture_output=True, text=True, timeout=3 * PATIENCE)
    return done.returncode, done.stdout, done.stderr
