#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is every metric of the programs in docs/metrics.md, and every metric there in a program?"""

import re
import sys
from pathlib import Path

FOLDERS = ("common", "joiner", "partitioner", "client", "cli")


def metrics_in_code(root: Path) -> set[str]:
    names = set()
    for folder in FOLDERS:
        for path in (root / folder).rglob("*.cc"):
            names |= set(re.findall(r'"(oneway_[a-z_]+)"', path.read_text(encoding="utf-8")))
    return names


def metrics_in_docs(root: Path) -> set[str]:
    return set(re.findall(r"`(oneway_[a-z_]+)`", (root / "docs" / "metrics.md").read_text(encoding="utf-8")))


def main(root: Path) -> int:
    code, docs = metrics_in_code(root), metrics_in_docs(root)
    for name in sorted(code - docs):
        print(f"{name}: not described in docs/metrics.md")
    for name in sorted(docs - code):
        print(f"{name}: described in docs/metrics.md, but no program has it")
    return 1 if code != docs or not code else 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parents[2]))
