"""Attacks by a client that costs as little as it can: what each costs the proxy beside what it costs the attacker.

The attacker (`load/flood.c`) replays bytes that were made before, so its CPU time is hardly more than the kernel's for the
connection and the writing. One that is shown the door comes back at once.
"""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import attacks, build
from harness.failure import Failure
from harness.load import h2load, wrk
from harness.measure import cpu_nanoseconds, memory, peak_resident, reset_peak
from harness.processes import pinned
from harness.scenario import Column, Scenario
from harness.stage import proxy_in_front

MIB = 1 << 20
REST = 5
"""Seconds after the end of an attack before it is looked what is left."""
HELD_ROUNDS = 3
"""Of attacks that hold what they have sent: they cost the attacker a few milliseconds, so the median counts."""
BACK = 2 * MIB
"""Memory counts as given back where no more than that is left, and is waited for a minute."""


def run(peers, settings):
    results = {}
    for peer in peers:
        if not (peer.speaks(1, 1) and peer.speaks(2, 1)):
            continue
        figures = results[peer.name] = {}
        try:
            for attack in attacks.ALL:
                # The worst of few frames on a connection, and of many.
                found = max((repeated(peer, settings, attack, count) for count in attack.counts), key=lambda one: one["ratio"])
                figures.update({f"{attack.name}: {name}": value for name, value in found.items()})
                print(f"abuse, {peer.label}, {attack.name}: " + "  ".join(f"{name} {value:.3g}" for name, value in found.items()),
                      file=sys.stderr)
        except (Failure, OSError) as failure:
            figures["failure"] = str(failure)
            continue
        judged = [attack for attack in attacks.ALL if attack.is_judged]
        held = [attack for attack in attacks.ALL if attack.held]
        figures["ratio"] = max(figures[f"{attack.name}: ratio"] for attack in judged)
        figures["grown"] = max(figures[f"{attack.name}: grown"] for attack in judged if not attack.held)
        figures["held"] = max(
            figures[f"{attack.name}: grown"] * 1024 / (attack.held * attacks.HELD_STREAMS) for attack in held)
        figures["back"] = max(figures[f"{attack.name}: back"] for attack in attacks.ALL)
    return results


def repeated(peer, settings, attack, count):
    """Medians of CPU, and the worst of memory."""
    rounds = [measure(peer, settings, attack, count) for _ in range(HELD_ROUNDS if attack.held else 1)]
    judges = {name: max if name in ("grown", "left", "back") else statistics.median for name in rounds[0]}
    return {name: judge(one[name] for one in rounds) for name, judge in judges.items()}


def measure(peer, settings, attack, count):
    with tempfile.NamedTemporaryFile() as file, proxy_in_front(peer, settings, versions=(attack.version, 1)) as proxy:
        file.write(attack.bytes(count))
        file.flush()
        # So that its code and its usual memory are there.
        if attack.version == 2:
            h2load(proxy.port, "/", 8, 16, 1, settings.load_core)
        else:
            wrk(proxy.port, "/", 64, 1, settings.load_core)
        time.sleep(0.3)
        before, used = memory(proxy.process).resident, cpu_nanoseconds(proxy.process)
        reset_peak(proxy.process)
        cpu = flood(proxy.port, file.name, attack, settings)
        settle(proxy.process)
        used, grown = cpu_nanoseconds(proxy.process) - used, peak_resident(proxy.process) - before
        time.sleep(REST)
        left, back = memory(proxy.process).resident - before, REST
        while back < 60 and memory(proxy.process).resident - before > BACK:
            time.sleep(1)
            back += 1
        return {
            "attacker": cpu * 1000, "proxy": used / 1e6, "ratio": used / 1e9 / cpu, "grown": max(0, grown) / MIB,
            "left": max(0, left) / MIB, "back": back}


def flood(port, file, attack, settings):
    """Seconds of CPU time of the attacker."""
    program = build.compiled("load/flood.c")
    command = [program, port, settings.seconds, file, *([attack.held] if attack.held else [])]
    with pinned(settings.load_core):
        said = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    found = re.fullmatch(r"([\d.]+) s of CPU, \d+ connections, \d+ ended, \d+ bytes\n", said)
    if not found:
        raise Failure(f"flood said: {said.strip()[-300:]}")
    return float(found[1])


def settle(process):
    """Until it has worked off what it was sent, for ten seconds at most."""
    used = cpu_nanoseconds(process)
    for _ in range(50):
        time.sleep(0.2)
        now = cpu_nanoseconds(process)
        if now - used < 2e6:
            return
        used = now


def rows(results, labels):
    """A row for each attack."""
    compared = [name for name in labels if name in results and "failure" not in results[name]]
    heading = ["attack", *(f"{labels[name]}: CPU × attacker's" for name in compared)]
    heading += [heading for name in compared for heading in (f"{labels[name]}: MiB grown", "left after 5 s")]
    table = [heading]
    for attack in attacks.ALL:
        def cells(*figures):
            found = [results[name].get(f"{attack.name}: {figure}") for name in compared for figure in figures]
            # An attack that came after the latest run has no figures yet.
            return ["–" if one is None else f"{one:,.1f}" for one in found]
        table.append([attack.name, *cells("ratio"), *cells("grown", "left")])
    return table


SCENARIO = Scenario("abuse", "Attacks", (Column("ratio", "CPU × attacker's", 1),), run, rows)
