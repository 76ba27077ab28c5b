#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rows without a test and names without a row are found; the rest is left alone."""

import unittest

from semantics_tested import check, check_hits, ids_of_page

PAGE = """
| key | meaning |
|---|---|
| `ttl` | how long |

| id | case |
|---|---|
| match | a start and an end |
| neg | the end before the start |
"""
MARK = "// seman" + "tics:"  # In two, so that this file says nothing about itself.


def findings_of(tests: str = "", joiner: str = "") -> list[str]:
    findings, _ = check(PAGE, {"tests/a_test.cc": tests, "joiner/join/a.cc": joiner})
    return [finding.text for finding in findings]


def test_of(comment: str) -> str:
    return f"{MARK} {comment}\nTEST_F(EngineTest, DoesIt) {{\n}}\n"


class SemanticsTestedTest(unittest.TestCase):
    def test_rows_are_those_of_tables_with_ids(self):
        self.assertEqual(ids_of_page(PAGE), ["match", "neg"])

    def test_every_row_with_a_test_is_fine(self):
        self.assertEqual(findings_of(test_of("match, neg")), [])
        self.assertEqual(findings_of(test_of("match (of a pair)") + test_of("neg. Whatever, comes then")), [])
        self.assertEqual(findings_of(f"{MARK} match, neg\n// in more words\nTEST(A, B) {{"), [])

    def test_a_row_without_a_test_is_found(self):
        self.assertEqual(findings_of(test_of("match")), ["no test names the row 'neg'"])
        self.assertEqual(findings_of(test_of("match"), f"{MARK} neg\n"), ["no test names the row 'neg'"])

    def test_a_name_without_a_row_is_found(self):
        self.assertEqual(findings_of(test_of("match, neg, nag")), ["'nag' is no row of docs/semantics.md"])
        self.assertEqual(findings_of(test_of("match, neg"), f"{MARK} nag\n"), ["'nag' is no row of docs/semantics.md"])

    def test_a_comment_that_proves_nothing_is_found(self):
        self.assertIn("stands above no test", findings_of(test_of("match, neg") + f"{MARK} neg\nint x;\n"))
        self.assertIn("names no row; write `// semantics: match, neg`", findings_of(test_of("match, neg") + test_of("Neg")))

    def test_counted_rows_are_those_of_the_page(self):
        self.assertEqual(check_hits(PAGE, 'kSemanticsRowIds = {\n    "match",\n    "neg"};'), [])
        for ids in ('"match"', '"neg", "match"', '"match", "neg", "nag"', ""):
            self.assertEqual(len(check_hits(PAGE, f"kSemanticsRowIds = {{{ids}}};")), 1)

    def test_the_list_says_which_tests_prove_a_row(self):
        _, rows = check(PAGE, {"tests/a_test.cc": test_of("match")})
        self.assertEqual(rows, {"match": ["EngineTest.DoesIt  tests/a_test.cc"], "neg": []})


if __name__ == "__main__":
    unittest.main()
