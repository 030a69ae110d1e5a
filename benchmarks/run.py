#!/usr/bin/env python3
"""Measures Apus side by side with a byte relay (the floor), nginx, HAProxy and Envoy. benchmarks/README.md explains.

  benchmarks/run.py                                               everything, and writes benchmarks/results/
  benchmarks/run.py --only floor,apus --scenario small --rounds 3 a quick look; writes nothing
"""

import argparse
import os
import shlex
import signal
import sys
from pathlib import Path

import scenarios
from harness import machine, peers, results, table
from harness.failure import Failure
from harness.processes import allow_descriptors
from harness.settings import BENCHMARKS, PROJECT, Settings
from harness.stage import descriptors_for
from harness.targets import verdicts


FILES = ("--apus", "--before", "--output")
"""Options that name a file of this machine."""


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__.partition("\n\n")[0], epilog=__doc__.partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter)

    def names(known):
        def parse(text):
            chosen = text.split(",")
            unknown = [name for name in chosen if name not in known]
            if unknown:
                raise argparse.ArgumentTypeError(f"{unknown[0]!r}: choose from {', '.join(known)}")
            return [name for name in known if name in chosen]
        return parse

    cores = sorted(os.sched_getaffinity(0))
    add = parser.add_argument
    add("--only", type=names(peers.ALL), metavar="PEERS", help=f"of {','.join(peers.ALL)}; then nothing is written")
    add("--scenario", type=names(scenarios.ALL), default=list(scenarios.ALL), metavar="NAMES",
        help=f"of {','.join(scenarios.ALL)} (default: all)")
    add("--rounds", type=int, default=5, help="turns of each proxy; the median counts (default: %(default)s)")
    add("--seconds", type=int, default=4, help="of load in each turn (default: %(default)s)")
    add("--warmup", type=int, default=1, help="seconds of load before (default: %(default)s)")
    add("--connections", type=int, default=64, help="of wrk (default: %(default)s)")
    add("--transfer-bytes", type=int, default=1 << 30, metavar="N", help="of one huge body (default: %(default)s)")
    add("--idle-connections", type=int, default=10000, metavar="N", help="at most (default: %(default)s)")
    add("--readers", type=int, default=10000, metavar="N", help="slow readers, at most (default: %(default)s)")
    add("--proxy-core", type=int, default=cores[0], metavar="CORE", help="(default: %(default)s)")
    add("--load-core", type=int, default=cores[1 % len(cores)], metavar="CORE",
        help="for wrk and the origin (default: %(default)s)")
    add("--apus", type=Path, default=PROJECT / ".build" / "release" / "apus", metavar="FILE", help="the binary to measure")
    add("--before", type=Path, metavar="FILE", help="another build of Apus, measured beside it; then nothing is written")
    add("--output", type=Path, metavar="FOLDER", help="where results go, whatever was chosen (default: results/)")
    return parser.parse_args()


def command():
    """What was run, but for where this machine has its files."""
    words = iter(sys.argv[1:])
    said = []
    for word in words:
        if word in FILES:
            next(words, None)
        elif word.partition("=")[0] not in FILES:
            said.append(word)
    return shlex.join(["benchmarks/run.py", *said])


def available(wanted, settings):
    found = []
    for make in wanted:
        try:
            found.append(make(settings))
        except Failure as failure:
            print(f"{make.__name__} is left out: {failure}", file=sys.stderr)
    return found


def print_targets(found):
    if found:
        print("\nTargets of Apus")
        for one in found:
            print(f"  {'met   ' if one.met else 'MISSED'}  {one.target}: {one.measured}")


def main():
    chosen = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends what was started, as Ctrl-C does
    allow_descriptors(descriptors_for(max(chosen.readers, chosen.idle_connections)))
    settings = Settings(**{name: getattr(chosen, name) for name in Settings.__dataclass_fields__})
    context = {"machine": machine.describe(), "command": command()}
    wanted = [peers.ALL[name] for name in chosen.only or peers.ALL] + ([peers.before] if chosen.before else [])
    compared = available(wanted, settings)
    if not compared:
        return 1
    context["labels"] = {peer.name: peer.label for peer in compared}
    context["versions"] = {peer.name: peer.version for peer in compared}
    os.sched_setaffinity(0, {settings.load_core})  # the harness itself stays off the proxy's core

    measured = {}
    for name in chosen.scenario:
        scenario = scenarios.ALL[name]
        measured[name] = scenario.run(compared, settings)
        print(f"\n{scenario.title}\n\n{table.aligned(table.rows(scenario, measured[name], context['labels']))}\n", flush=True)
    found = verdicts(measured)
    print_targets(found)
    if chosen.output or not (chosen.only or chosen.before):
        results.save(chosen.output or BENCHMARKS / "results", scenarios.ALL, measured, context)
    failed = any("failure" in figures for run in measured.values() for figures in run.values())
    return 1 if failed or any(one.enforced and not one.met for one in found) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
