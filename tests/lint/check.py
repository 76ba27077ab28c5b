#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rules of the tree that a machine can check; those of format are clang-format's.

Usage: check.py [ROOT]

Prints `path:line: rule: what to do` for each finding and ends with 1 if there is any; warnings do not count.
"""

import sys
from pathlib import Path

from rules import RULES
from source import Finding, Source, sources_below


def check(source: Source) -> list[Finding]:
    return [finding for rule in RULES for finding in rule(source)]


def main(root: Path) -> int:
    findings = []
    files = 0
    for source in sources_below(root):
        files += 1
        findings += check(source)
    for finding in findings:
        print(finding)
    errors = sum(not finding.warning for finding in findings)
    print(f"structure: {files} files, {errors} findings, {len(findings) - errors} warnings")
    return 1 if errors or files == 0 else 0


if __name__ == "__main__":
    default = Path(__file__).resolve().parents[2]
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else default))
