#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does a test prove each row of docs/semantics.md, and is each row that a test or the joiner names on that page?

Usage: semantics_tested.py [--list] [ROOT]

Rows are those of the tables whose first column is headed `id`. A test says which rows it proves in a comment above it,
`// semantics: match, neg`, after which a sentence or a remark in parentheses may follow; code of the joiner says in the
same way which rows it carries out. --list prints each row with its tests.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from source import Finding

PAGE = "docs/semantics.md"
HITS = "tests/unit/joiner/join/row_hits.h"
MARK = re.compile(r"//\s*semantics:\s*(.*)")
IDS = re.compile(r"([a-z]+(?:, [a-z]+)*)(?=$|\.| \()")
TEST = re.compile(r"TEST(?:_F|_P)?\((\w+),\s*(\w+)\)")


@dataclass
class Named:
    """Rows that a comment names, and the test below it; no test where there is none."""

    line: int
    ids: list[str]
    test: str | None


def ids_of_page(text: str) -> list[str]:
    ids = []
    in_table = False
    for line in text.splitlines():
        if not line.startswith("|"):
            in_table = False
            continue
        first = line.split("|")[1].strip()
        if first == "id":
            in_table = True
        elif in_table and not set(first) <= {"-", ":"}:
            ids.append(first.strip("`"))
    return ids


def test_below(lines: list[str], index: int) -> str | None:
    """The test whose comment the line belongs to."""
    while index < len(lines) and lines[index].startswith("//"):
        index += 1
    match = TEST.match("\n".join(lines[index : index + 2]))
    return ".".join(match.groups()) if match else None


def named_in(text: str) -> Iterator[Named]:
    lines = text.splitlines()
    for index, line in enumerate(lines):
        if match := MARK.search(line):
            ids = IDS.match(match.group(1))
            yield Named(index + 1, ids.group(1).split(", ") if ids else [], test_below(lines, index))


def check(page: str, files: dict[str, str]) -> tuple[list[Finding], dict[str, list[str]]]:
    """What is wrong, and the tests of each row; `files`: C++ sources by path."""
    rows: dict[str, list[str]] = {row: [] for row in ids_of_page(page)}
    findings = []
    for path, text in files.items():
        for named in named_in(text):
            if not named.ids:
                findings.append(Finding(path, named.line, "semantics", "names no row; write `// semantics: match, neg`"))
            for row in named.ids:
                if row not in rows:
                    findings.append(Finding(path, named.line, "semantics", f"'{row}' is no row of {PAGE}"))
            if not path.endswith("_test.cc"):
                continue
            if named.test is None:
                findings.append(Finding(path, named.line, "semantics", "stands above no test"))
                continue
            for row in named.ids:
                rows.get(row, []).append(f"{named.test}  {path}")
    for row, tests in rows.items():
        if not tests:
            findings.append(Finding(PAGE, 1, "semantics", f"no test names the row '{row}'"))
    return findings, rows


def check_hits(page: str, hits: str) -> list[Finding]:
    """The rows whose hits the random histories count have to be those of the page."""
    ids = re.search(r"kSemanticsRowIds = \{(.*?)\}", hits, re.DOTALL)
    counted = re.findall(r'"([a-z]+)"', ids.group(1)) if ids else []
    if counted == ids_of_page(page):
        return []
    return [Finding(HITS, 1, "semantics", f"kSemanticsRowIds does not name the rows of {PAGE} in their order")]


def files_below(root: Path) -> dict[str, str]:
    paths = [*root.glob("tests/**/*_test.cc"), *root.glob("joiner/**/*.cc"), *root.glob("joiner/**/*.h")]
    return {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in sorted(paths)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="print each row with its tests")
    parser.add_argument("root", nargs="?", type=Path, default=Path(__file__).resolve().parents[2])
    arguments = parser.parse_args()
    page = (arguments.root / PAGE).read_text(encoding="utf-8")
    findings, rows = check(page, files_below(arguments.root))
    findings += check_hits(page, (arguments.root / HITS).read_text(encoding="utf-8"))
    if arguments.list:
        for row, tests in rows.items():
            for number, test in enumerate(tests or ["-"]):
                print(f"{row if number == 0 else '':10}{test}")
    for finding in findings:
        print(finding)
    print(f"semantics: {len(rows)} rows, {sum(map(len, rows.values()))} proofs, {len(findings)} findings")
    return 1 if findings or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
