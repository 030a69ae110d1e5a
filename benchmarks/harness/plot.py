"""A bar for each proxy, as SVG: readable on a light page and on a dark one."""

from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT, BAR, GAP, TOP = 720, 150, 165, 22, 14, 62

STYLE = """
  text { font: 14px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328 }
  .title { font-size: 16px; font-weight: 600 }
  .note { font-size: 12px; fill: #59636e }
  .bar { fill: #9aa5b1 } .own { fill: #e8632b } .floor { fill: #c9d1d9 }
  .line { stroke: #59636e; stroke-dasharray: 3 4 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .note { fill: #9198a1 } .line { stroke: #9198a1 }
    .bar { fill: #6e7681 } .own { fill: #f0783c } .floor { fill: #484f58 }
  }"""


def bars(title, note, unit, values):
    """`values`: (name, label, value) from top to bottom. The floor also gets a line across all bars."""
    height = TOP + len(values) * (BAR + GAP) + 8
    scale = (WIDTH - LEFT - RIGHT) / max(value for _, _, value in values)
    floor = next((value for name, _, value in values if name == "floor"), None)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">',
        f"<style>{STYLE}\n</style>",
        f'<text class="title" x="12" y="24">{escape(title)}</text>',
        f'<text class="note" x="12" y="44">{escape(note)}</text>']
    for index, (name, label, value) in enumerate(values):
        top, length = TOP + index * (BAR + GAP), value * scale
        kind = {"apus": "own", "floor": "floor"}.get(name, "bar")
        times = f"({value / floor:.2f} × floor)" if floor and name != "floor" else ""
        parts += [
            f'<text x="{LEFT - 10}" y="{top + 16}" text-anchor="end">{escape(label)}</text>',
            f'<rect class="{kind}" x="{LEFT}" y="{top}" width="{length:.1f}" height="{BAR}" rx="3"/>',
            f'<text x="{LEFT + length + 8:.1f}" y="{top + 16}">{value:.1f} {escape(unit)}'
            f'<tspan class="note" dx="7">{times}</tspan></text>']
    if floor:
        across = LEFT + floor * scale
        parts.append(f'<path class="line" d="M{across:.1f} {TOP - 6} V{height - 10}"/>')
    return "\n".join(parts + ["</svg>", ""])
