#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tests/bench/run as `./run bench` calls it, with the real programs and tiny loads. Takes the build folder."""

import json
import os
import re
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BUILD = Path(sys.argv.pop(1)).resolve()
RUN = Path(__file__).resolve().parents[1] / "run"
FIELDS = {"name", "value", "unit", "ratio", "against"}
CORE = ["joiner_core", "joiner_core_36", "store", "memtable", "map", "naive", "against_naive", "fsync_price"]
MEMORY = ["open_key_bytes", "closed_key_bytes"]


class RunTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def bench(self, *arguments, build=BUILD):
        scratch = self.folder / "scratch"
        scratch.mkdir()
        done = subprocess.run([sys.executable, "-B", RUN, "--tiny", "--build", build, *arguments], text=True, check=False,
                              capture_output=True, timeout=240, env=os.environ | {"BENCH_FOLDER": str(scratch)})
        self.assertEqual(list(scratch.iterdir()), [], "what runs wrote is gone")
        scratch.rmdir()
        return done

    def rows(self, done, exit_code=0):
        self.assertEqual(done.returncode, exit_code, done.stdout + done.stderr)
        return {row["name"]: row for row in map(json.loads, done.stdout.splitlines())}

    def build_with(self, **flags):
        """The real programs, some of which get further flags."""
        folder = self.folder / "build" / "tests" / "bench"
        folder.mkdir(parents=True)
        for name, flag in flags.items():
            program = f"oneway-bench-{name}"
            wrapper = folder / program
            wrapper.write_text(f'#!/bin/sh\nexec "{BUILD}/tests/bench/{program}" "$@" {flag}\n')
            wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)
        return self.folder / "build"

    def test_each_row_is_a_line_of_json_with_exactly_these_fields(self):
        rows = self.rows(self.bench("--json", "--only", f"^({'|'.join(CORE + MEMORY)}|recovery)$"))
        self.assertEqual(list(rows), [*CORE, *MEMORY, "recovery"])
        for name, row in rows.items():
            self.assertEqual(set(row), FIELDS, name)
            self.assertGreater(row["value"], 0, name)
            self.assertTrue(row["unit"], name)
            self.assertEqual(row["ratio"] is None, row["against"] == "", name)

    def test_the_table_tells_command_machine_and_row(self):
        lines = self.bench("--only", "^map$").stdout.splitlines()
        self.assertEqual(lines[0], f"./run bench --tiny --build {BUILD} --only ^map$")
        self.assertRegex(lines[1], r"^\d+ cores of .*, \d+ GB, Linux .*, load ")
        self.assertRegex(lines[3], r"^row +figure unit +ratio against +CPU and wall time$")
        self.assertRegex(lines[4], r"^map +[\d,]+ events/CPU-s +[\d.]+ joiner_core : map +map [\d.]+ s, wall [\d.]+ s$")

    def test_a_run_that_counts_wrong_is_void(self):
        build = self.build_with(core="--miscount 1")
        row = self.rows(self.bench("--json", "--only", "^joiner_core$", build=build), exit_code=1)["joiner_core"]
        self.assertEqual((row["value"], row["ratio"]), (0, None))
        self.assertRegex(row["void"], r"Check failed: counted->started == expected\.started \((\d+) vs\. (\d+)\)")
        counted, expected = map(int, re.search(r"\((\d+) vs\. (\d+)\)", row["void"]).groups())
        self.assertEqual(expected, counted + 1)

    def test_a_void_row_does_not_hide_the_others(self):
        build = self.build_with(core="--miscount 1", memory="")
        rows = self.rows(self.bench("--json", "--only", "^(joiner_core|closed_key_bytes)$", build=build), exit_code=1)
        self.assertEqual({name: "void" in row for name, row in rows.items()}, {"joiner_core": True, "closed_key_bytes": False})

    def test_a_program_that_is_missing_makes_its_rows_void(self):
        rows = self.rows(self.bench("--json", "--only", "^(map|naive)$", build=self.folder / "nowhere"), exit_code=1)
        self.assertEqual(list(rows), ["map", "naive"])
        self.assertIn("oneway-bench-core", rows["map"]["void"])

    def test_a_name_that_no_row_has_is_an_error(self):
        for arguments in (("--only", "jioner_core"), ("--micro", "--filter", "jion")):
            self.assertEqual(self.bench("--json", *arguments).returncode, 2)

    def test_each_micro_benchmark_runs_and_is_a_row(self):
        rows = self.rows(self.bench("--micro", "--json"))
        steps = {re.split("[/_]", name)[0] for name in rows}
        self.assertEqual(steps, {"fingerprint", "slot", "route", "decode", "parse", "join", "histogram", "journal", "recovery"})
        for name, row in rows.items():
            self.assertEqual(set(row), FIELDS, name)
            self.assertRegex(row["unit"], "^CPU-ns/[a-z]+$", name)
            self.assertGreater(row["value"], 0, name)


if __name__ == "__main__":
    unittest.main()
