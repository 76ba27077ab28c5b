#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What summary.py says about runs that went well, badly, and not at all."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

import summary


class SummaryTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.build = Path(folder.name) / "release"
        self.results = self.build / "results"
        self.results.mkdir(parents=True)
        self.tests = []
        self.endings = []

    def has_test(self, name, status, message="", label="unit"):
        self.tests.append({"name": name, "properties": [{"name": "LABELS", "value": [label]}]})
        if status is not None:
            skipped = f'<skipped message="{message}"/>' if message else ""
            self.endings.append(f'<testcase name="{name}" time="0.5" status="{status}">{skipped}</testcase>')

    def has_cases(self, name, *cases):
        inner = {
            "pass": '<testcase name="a" classname="T" status="run" result="completed"/>',
            "fail": '<testcase name="b" classname="T" status="run" result="completed"><failure/></testcase>',
            "skip": '<testcase name="c" classname="T" status="run" result="skipped"><skipped/></testcase>',
        }
        body = "".join(inner[case] for case in cases)
        (self.results / f"{name}.xml").write_text(f"<testsuites><testsuite>{body}</testsuite></testsuites>")

    def run_summary(self):
        (self.results / "tests.json").write_text(json.dumps({"tests": self.tests}))
        (self.results / "ctest-1.xml").write_text(f"<testsuite>{''.join(self.endings)}</testsuite>")
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            code = summary.main([self.build])
        return code, output.getvalue().splitlines()

    def assert_says(self, code, last_line):
        actual, lines = self.run_summary()
        self.assertEqual((actual, lines[-1]), (code, last_line), "\n".join(lines))

    def test_cases_are_counted_not_programs(self):
        self.has_test("hash_test", "run")
        self.has_cases("hash_test", "pass", "pass", "skip")
        self.has_test("lint_test", "run", label="lint")
        self.assert_says(0, "3 passed, 0 failed")

    def test_a_failed_case_fails_the_run(self):
        self.has_test("hash_test", "fail")
        self.has_cases("hash_test", "pass", "fail")
        self.assert_says(1, "1 passed, 1 failed")

    def test_a_crash_that_leaves_no_report_is_a_failure(self):
        self.has_test("hash_test", "fail")
        self.assert_says(1, "0 passed, 1 failed")

    def test_a_half_written_report_is_no_success(self):
        self.has_test("hash_test", "fail")
        (self.results / "hash_test.xml").write_text("<testsuites><testsu")
        self.assert_says(1, "0 passed, 1 failed")

    def test_a_leak_found_after_the_last_case_is_a_failure(self):
        self.has_test("hash_test", "fail")
        self.has_cases("hash_test", "pass", "pass")
        self.assert_says(1, "2 passed, 1 failed")

    def test_a_program_that_is_not_there_is_a_failure(self):
        self.has_test("hash_test", "notrun", "Unable to find executable")
        self.assert_says(1, "0 passed, 1 failed")

    def test_a_test_that_ctest_never_came_to_is_a_failure(self):
        self.has_test("hash_test", "run")
        self.has_test("late_test", None)
        self.assert_says(1, "1 passed, 1 failed")

    def test_a_skipped_test_is_neither(self):
        self.has_test("hash_test", "run")
        self.has_test("ipv6_test", "notrun", "SKIP_RETURN_CODE=4")
        self.assert_says(0, "1 passed, 0 failed")

    def test_running_nothing_fails(self):
        self.assert_says(1, "0 passed, 0 failed")


if __name__ == "__main__":
    unittest.main()
