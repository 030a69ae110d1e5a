"""Compares the sources with the module table in ARCHITECTURE.md, which SwiftPM does not enforce.

Imports go down only; no module of ours imports Foundation or anything else that is not listed; `unsafe` stands
only where the table and unsafe-files.txt say so, and every file that has it says why it is safe.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNSAFE_FILES = "scripts/unsafe-files.txt"
# Part of every Swift toolchain and of no cost.
SYSTEM = {"Swift", "Glibc", "Synchronization"}
IMPORT = re.compile(r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?"
                    r"import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)")
UNSAFE = re.compile(r"(?<![\w`.])(?:unsafe(?![\w:])|@unsafe\b|@unchecked\b)")


def modules_of(page):
    """Reads rows `| level | modules | owns | must not know | unsafe |`."""
    levels, may_be_unsafe = {}, {}
    for line in page.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) < 5 or not cells[0].isdigit():
            continue
        for name in re.findall(r"`(\w+)`", cells[1]):
            levels[name] = int(cells[0])
            may_be_unsafe[name] = cells[4]
    return levels, may_be_unsafe


def lines_of(page):
    return {line for line in page.read_text().splitlines() if line and not line.startswith("#")}


def without_comment(line):
    return "" if line.lstrip().startswith("//") else line.split(" // ")[0]


def check(source, module, levels, may_be_unsafe, unsafe_files):
    """Takes the file out of `unsafe_files` where it has unsafe code."""
    where = source.relative_to(ROOT)
    text = source.read_text()
    lines = [without_comment(line) for line in text.splitlines()]
    for number, line in enumerate(lines, 1):
        match = IMPORT.match(line)
        if not match or match[1] in SYSTEM:
            continue
        imported = match[1]
        if imported not in levels:
            yield f"{where}:{number}: {module} imports {imported}, which is not in the module table"
        elif levels[imported] >= levels[module]:
            yield (f"{where}:{number}: {module} (level {levels[module]}) imports {imported} "
                   f"(level {levels[imported]}): imports go down only")
    first = next((n for n, line in enumerate(lines, 1) if UNSAFE.search(line)), None)
    if first is None:
        return
    allowed, is_listed = may_be_unsafe[module], where.as_posix() in unsafe_files
    if allowed == "few":
        unsafe_files.discard(where.as_posix())
    if allowed == "no":
        yield f"{where}:{first}: unsafe code, which ARCHITECTURE.md does not allow here"
    elif allowed == "few" and not is_listed:
        yield f"{where}:{first}: unsafe code in a file that {UNSAFE_FILES} does not name"
    elif "SAFETY:" not in text:
        yield f"{where}:{first}: unsafe code without a SAFETY: line"


def main():
    levels, may_be_unsafe = modules_of(ROOT / "ARCHITECTURE.md")
    unsafe_files = lines_of(ROOT / UNSAFE_FILES)
    findings = []
    for folder in sorted(path for path in (ROOT / "Sources").iterdir() if path.is_dir()):
        if folder.name not in levels:
            findings.append(f"Sources/{folder.name}: not in the module table of ARCHITECTURE.md")
            continue
        for source in sorted(folder.rglob("*.swift")):
            findings.extend(check(source, folder.name, levels, may_be_unsafe, unsafe_files))
    for name in sorted(levels):
        if not (ROOT / "Sources" / name).is_dir():
            findings.append(f"ARCHITECTURE.md: Sources/{name} does not exist")
    for name in sorted(unsafe_files):
        findings.append(f"{UNSAFE_FILES}: {name} has no unsafe code that has to be named")
    print("\n".join(findings), file=sys.stderr, end="\n" if findings else "")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
