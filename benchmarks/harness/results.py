"""The files under results/: every scenario keeps the figures, the machine and the command of its latest run."""

import json

from . import plot, table
from .targets import verdicts


def save(folder, scenarios, measured, context):
    """`measured`: scenario → peer → figures. `context`: machine, command, versions and labels of this run."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "results.json"
    known = json.loads(file.read_text()) if file.exists() else {}
    known.update({name: {**context, "figures": figures} for name, figures in measured.items()})
    known = {name: known[name] for name in scenarios if name in known}
    file.write_text(json.dumps(known, indent=2, ensure_ascii=False) + "\n")
    (folder / "results.md").write_text(page(scenarios, known))
    if "small" in known:
        draw_small(folder / "small.svg", known["small"])


def page(scenarios, known):
    parts = [
        "# Results",
        "Made by `benchmarks/run.py`; ../README.md says what is measured and how. A ratio is the median of what the rounds "
        "had for it, each beside its own peers, so it need not be the quotient of two medians in the table."]
    found = verdicts({name: run["figures"] for name, run in known.items()})
    if found:
        parts += ["## Targets of Apus", table.markdown(
            [["target", "measured", ""]] + [[one.target, one.measured, "met" if one.met else "missed"] for one in found])]
    provenances = {}
    for name, run in known.items():
        scenario = scenarios[name]
        parts += [
            f"## {scenario.title}", table.markdown(table.rows(scenario, run["figures"], run["labels"])),
            *failures(run)]
        provenances.setdefault(provenance(run), []).append(name)
    parts.append("## Where and when")
    parts += [f"{', '.join(names)}: {where}" for where, names in provenances.items()]
    return "\n\n".join(parts) + "\n"


def provenance(run):
    machine, labels = run["machine"], run["labels"]
    versions = ", ".join(f"{labels[peer]} {version}" for peer, version in run["versions"].items() if peer != "floor")
    return (
        f"{machine['date']}, {machine['processor']} ({machine['cores']} cores, {machine['memory']}), "
        f"{machine['system']}, Linux {machine['kernel']}, load at the start {machine['load']}. {versions}. "
        f"`{run['command']}`")


def failures(run):
    return [
        f"{run['labels'][peer]}: {figures['failure']}" for peer, figures in run["figures"].items()
        if "failure" in figures]


def draw_small(path, run):
    values = [
        (peer, run["labels"][peer], figures["cpu_us"]) for peer, figures in run["figures"].items()
        if "cpu_us" in figures]
    if values:
        path.write_text(plot.bars(
            "CPU time of the whole proxy for one request",
            "HTTP/1.1 keep-alive, 62-byte bodies, one pinned core each; shorter is better", "µs",
            sorted(values, key=lambda value: value[2])))
