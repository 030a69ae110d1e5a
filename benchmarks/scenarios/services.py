"""Memory of a table of endpoints: 1,000 services of 10 endpoints, routed by host."""

import contextlib
import tempfile
import time

from harness import build, services
from harness.measure import memory
from harness.processes import running
from harness.scenario import Column, Scenario
from harness.stage import await_answer, free_port
from harness.turns import in_turn

SERVICES = 1000
SETTLING = 2.0
"""Seconds of rest before memory is read."""


def run(peers, settings):
    written = [peer for peer in peers if peer.name in services.WRITTEN]
    return in_turn("services", written, min(settings.rounds, 3), lambda peer: measure(peer, settings))


def measure(peer, settings):
    without, with_all = resident(peer, settings, 0), resident(peer, settings, SERVICES)
    return {"resident_mib": (with_all - without) / (1 << 20), "endpoint_bytes": (with_all - without) / (SERVICES * 10)}


def resident(peer, settings, count):
    with tempfile.TemporaryDirectory(prefix="apus-bench-") as directory, contextlib.ExitStack() as stack:
        values = {"port": free_port(), "admin": free_port(), "origin": free_port()}
        origin = build.compiled("origin/origin.c")
        stack.enter_context(running([origin, str(values["origin"])], settings.load_core, f"{directory}/origin.log"))
        config, log = f"{directory}/table.{'yaml' if peer.name == 'apus' else 'json'}", f"{directory}/proxy.log"
        with open(config, "w") as file:
            file.write(services.WRITTEN[peer.name](count, values))
        command = [argument.replace("$config", config) for argument in (str(peer.binary), *peer.arguments)]
        process = stack.enter_context(running(command, settings.proxy_core, log))
        await_answer(values["port"], peer.label, log)
        time.sleep(SETTLING)
        return memory(process).resident


SCENARIO = Scenario(
    "services", "1,000 services of 10 endpoints",
    (
        Column("resident_mib", "RSS MiB of 10,000 endpoints", 1),
        Column("endpoint_bytes", "bytes/endpoint"),
    ),
    run)
