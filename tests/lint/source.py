# SPDX-License-Identifier: Apache-2.0
"""The files of the tree as the rules see them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PRODUCT = ("common/", "partitioner/", "joiner/", "client/", "cli/")
SKIPPED_FOLDERS = {"build", "__pycache__", "node_modules", "dist"}
CPP = {".cc", ".h"}
CODE = CPP | {".proto", ".py", ".sh", ".cmake", ".awk", ".js", ".css"}


@dataclass
class Finding:
    path: str
    line: int
    rule: str
    text: str
    warning: bool = False

    def __str__(self) -> str:
        kind = "warning: " if self.warning else ""
        return f"{self.path}:{self.line}: {kind}{self.rule}: {self.text}"


class Source:
    """One file: its path from the root, its lines, and the same lines without comments and contents of strings."""

    def __init__(self, path: str, text: str):
        self.path = path
        self.text = text
        self.lines = text.splitlines()
        self.is_cpp = Path(path).suffix in CPP
        self.in_product = path.startswith(PRODUCT)
        self.in_tests = path.startswith("tests/")
        self.code = blank_comments_and_strings(text).splitlines() if self.is_cpp else self.lines

    def matches(self, pattern: str) -> Iterator[tuple[int, re.Match]]:
        """Line numbers and matches of `pattern` in code."""
        for number, line in enumerate(self.code, 1):
            if match := re.search(pattern, line):
                yield number, match

    def includes(self) -> Iterator[tuple[int, str]]:
        for number, line in enumerate(self.lines, 1):
            if match := re.match(r'\s*#\s*include\s*([<"].*?[>"])', line):
                yield number, match.group(1)


def blank_comments_and_strings(text: str) -> str:
    """C++ with every comment gone and every string emptied; the line numbers stay."""
    token = re.compile(
        r'R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'|//[^\n]*|/\*.*?\*/',
        re.DOTALL,
    )

    def blank(match: re.Match) -> str:
        inside = '""' if match.group().startswith(('"', "R")) else ""
        return inside + "\n" * match.group().count("\n")

    return token.sub(blank, text)


def is_source(path: Path) -> bool:
    if path.suffix in CODE or path.name == "CMakeLists.txt":
        return True
    return path.suffix == "" and path.is_file() and path.open("rb").read(2) == b"#!"


def sources_below(root: Path) -> Iterator[Source]:
    for path in sorted(root.iterdir()):
        if path.is_dir():
            if path.name in SKIPPED_FOLDERS or (path.name.startswith(".") and path.name != ".ci"):
                continue
            yield from (Source(f"{path.name}/{inner.path}", inner.text) for inner in sources_below(path))
        elif is_source(path):
            yield Source(path.name, path.read_text(encoding="utf-8"))
