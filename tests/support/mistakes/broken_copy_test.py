#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A mistake is made once, exactly where it is meant to be, and repaired; what cannot be made or found is a failure."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import broken_copy


class CopyWithoutBuild(broken_copy.BrokenCopy):
    """A tree of one file, whose build fails when told to."""

    def __init__(self, folder: Path, text: str):
        self.tree, self.errors = folder, ""
        (folder / "file.cc").write_text(text, encoding="utf-8")

    def compile(self) -> str:
        return self.errors

    def text(self) -> str:
        return (self.tree / "file.cc").read_text(encoding="utf-8")


class BrokenCopyTest(unittest.TestCase):
    def setUp(self):
        for name in ("tree", "original"):
            folder = tempfile.TemporaryDirectory()
            self.addCleanup(folder.cleanup)
            setattr(self, name, Path(folder.name))
        self.addCleanup(setattr, broken_copy, "ROOT", broken_copy.ROOT)
        broken_copy.ROOT = self.original
        self.source = "first\n  second\nthird\nfourth\nthird\n"
        (self.original / "file.cc").write_text(self.source, encoding="utf-8")
        self.copy = CopyWithoutBuild(self.tree, self.source)

    def make(self, **mistake) -> tuple[str, str]:
        with self.copy.broken({"file": "file.cc", **mistake}) as problem:
            return problem, self.copy.text()

    def test_lines_are_replaced_and_come_back(self):
        self.assertEqual(self.make(old="  second", new="  another"), ("", "first\n  another\nthird\nfourth\nthird\n"))
        self.assertEqual(self.copy.text(), self.source)

    def test_without_new_lines_the_old_ones_go(self):
        self.assertEqual(self.make(old="first\n  second"), ("", "third\nfourth\nthird\n"))

    def test_lines_that_are_not_there_once_are_a_problem(self):
        self.assertIn("stand 2 times", self.make(old="third")[0])
        self.assertIn("stand 0 times", self.make(old="second")[0])  # a part of a line is no line
        self.assertIn("there is no", self.make(file="other.cc", old="first")[0])

    def test_what_does_not_compile_is_a_problem(self):
        self.copy.errors = "file.cc:2: error: what is this\nand more"
        self.assertEqual(self.make(old="first")[0], "does not compile: error: what is this")

    def test_the_case_that_failed_or_crashed_is_named(self):
        self.assertEqual(broken_copy.failed_case("[ RUN      ] A.B\n[  FAILED  ] A.B (3 ms)\n", "p"), "A.B")
        self.assertEqual(broken_copy.failed_case("[ RUN      ] A.B\nterminate", "p"), "A.B (crash)")

    def test_one_that_is_not_found_and_none_at_all_are_failures(self):
        entries = [{"name": "good"}, {"name": "bad"}]
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(broken_copy.tried(entries, lambda entry: True, "all"), 0)
            self.assertEqual(broken_copy.tried(entries, lambda entry: entry["name"] == "good", "some"), 1)
            self.assertEqual(broken_copy.tried(broken_copy.chosen(entries, "ugly"), lambda entry: True, "none"), 1)


if __name__ == "__main__":
    unittest.main()
