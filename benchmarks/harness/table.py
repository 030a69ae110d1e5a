"""A scenario's figures as rows of text, for the terminal and for Markdown."""

from .turns import ratio

BASELINES = ("nginx", "haproxy")


def rows(scenario, results, labels):
    """The heading and a row for each peer. What is compared is followed by its ratios."""
    if scenario.rows:
        return scenario.rows(results, labels)
    heading = ["proxy"]
    for column in scenario.columns:
        heading.append(column.heading)
        if column.compared:
            heading += ["× floor", "× best peer"]
    return [heading] + [row(scenario, results, name, labels[name]) for name in labels if name in results]


def row(scenario, results, name, label):
    figures = results[name]
    cells = [label]
    for column in scenario.columns:
        value = figures.get(column.figure)
        cells.append("–" if value is None else number(value, column.digits))
        if column.compared:
            for base in ("floor", better(column, results)):
                found = ratio(figures, results.get(base, {}), column.figure)
                cells.append("–" if found is None else f"{found:.2f}")
    if "failure" in figures:
        cells[1] = "failed"
    return cells


def number(value, digits):
    """`digits` behind the point; below zero, so many zeros before it. None of our figures can be negative: what is
    below zero is noise, and counts as nothing."""
    return f"{round(max(0, value), digits):,.{max(0, digits)}f}"


def better(column, results):
    """The name of the better one of nginx and HAProxy, or None."""
    found = {name: results[name][column.figure] for name in BASELINES if results.get(name, {}).get(column.figure)}
    return (max if column.larger_is_better else min)(found, key=found.get, default=None)


def aligned(table):
    """For a terminal: the first column to the left, figures to the right."""
    widths = [max(len(line[index]) for line in table) for index in range(len(table[0]))]
    lines = [
        "  ".join(cell.ljust(width) if index == 0 else cell.rjust(width)
                  for index, (cell, width) in enumerate(zip(line, widths)))
        for line in table]
    return "\n".join([lines[0], "─" * len(lines[0]), *lines[1:]])


def markdown(table):
    lines = ["| " + " | ".join(line) + " |" for line in table]
    return "\n".join([lines[0], "|---" + "|---:" * (len(table[0]) - 1) + "|", *lines[1:]])
