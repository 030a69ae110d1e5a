"""Programs of others that are run to their end."""

import shutil
import subprocess

from .program import PATIENCE


def run(*command, input=None, patience=4 * PATIENCE):
    """What the program printed on both outputs; it has to end with status 0."""
    found = shutil.which(command[0])
    assert found, f"{command[0]} is not installed (scripts/install-tools.sh peers)"
    done = subprocess.run(
        [found, *map(str, command[1:])], input=input, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=patience)
    assert done.returncode == 0, f"{command}: status {done.returncode}: {done.stdout[-2000:].decode(errors='replace')}"
    return done.stdout
