#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Says what a run of the tests came to: a time table per suite and, as the last line, `N passed, N failed`.

Usage: summary.py BUILD_FOLDER...

Reads BUILD_FOLDER/results, which `./run test` fills:
  tests.json   what ctest was going to run (ctest --show-only=json-v1); a test's label is its suite
  ctest-*.xml  how each of these ended, by ctest's own account
  NAME.xml     the cases of the GoogleTest program NAME
Cases are counted. A test without cases of its own counts as one. A test that ctest calls failed counts as failed even if
all of its cases passed (a leak found at exit) or none was written down (a crash). Nothing run at all is a failure too.
"""

import json
import sys
import xml.etree.ElementTree
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Result:
    """What one test, or several together, came to."""

    passed: int = 0
    skipped: int = 0
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, other: "Result") -> None:
        self.passed += other.passed
        self.skipped += other.skipped
        self.failures += other.failures
        self.seconds += other.seconds


@dataclass
class Ended:
    """How a test ended by ctest's account."""

    status: str
    message: str
    seconds: float


def read_endings(results: Path) -> dict[str, Ended]:
    endings = {}
    for report in sorted(results.glob("ctest-*.xml")):
        for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
            skipped = case.find("skipped")
            message = "" if skipped is None else skipped.get("message", "")
            endings[case.get("name")] = Ended(case.get("status", ""), message, float(case.get("time", 0)))
    return endings


def read_cases(report: Path, test: str) -> Result:
    """The cases of a GoogleTest program; none if it did not live to write them down."""
    result = Result()
    try:
        root = xml.etree.ElementTree.parse(report).getroot()
    except (OSError, xml.etree.ElementTree.ParseError):
        return result
    for case in root.iter("testcase"):
        name = f"{test}: {case.get('classname')}.{case.get('name')}"
        if case.find("failure") is not None:
            result.failures.append(name)
        elif case.get("status") == "notrun" or case.get("result") == "skipped":
            result.skipped += 1
        else:
            result.passed += 1
    return result


def judge(test: str, ended: Ended | None, cases: Result) -> Result:
    if ended is None:
        return Result(failures=[f"{test}: was not run"])
    cases.seconds = ended.seconds
    if ended.status == "run":
        if cases.passed + cases.skipped == 0 and not cases.failures:
            cases.passed = 1
    elif ended.status == "disabled" or ended.message.startswith("SKIP_"):
        cases.skipped = max(cases.skipped, 1)
    elif not cases.failures:
        cases.failures.append(f"{test}: {ended.message or 'crashed, timed out or ended with an error'}")
    return cases


def read_suites(build: Path) -> dict[str, Result]:
    results = build / "results"
    endings = read_endings(results)
    suites: dict[str, Result] = {}
    for test in json.loads((results / "tests.json").read_text())["tests"]:
        labels = [p["value"] for p in test.get("properties", []) if p["name"] == "LABELS"]
        suite = labels[0][0] if labels and labels[0] else "other"
        name = test["name"]
        result = judge(name, endings.get(name), read_cases(results / f"{name}.xml", name))
        suites.setdefault(suite, Result()).add(result)
    return suites


def main(builds: list[Path]) -> int:
    total = Result()
    rows = []
    for build in builds:
        for suite, result in sorted(read_suites(build).items()):
            rows.append((build.name, suite, result))
            total.add(result)
    print()
    for failure in total.failures:
        print(f"FAILED {failure}")
    print(f"{'build':10} {'suite':14} {'passed':>7} {'failed':>7} {'skipped':>8} {'seconds':>9}")
    for build, suite, result in rows:
        print(
            f"{build:10} {suite:14} {result.passed:7} {len(result.failures):7} {result.skipped:8} {result.seconds:9.1f}"
        )
    if total.passed == 0 and not total.failures:
        print("no test was run")
    print(f"{total.passed} passed, {len(total.failures)} failed", flush=True)
    return 1 if total.failures or total.passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main([Path(argument) for argument in sys.argv[1:]]))
