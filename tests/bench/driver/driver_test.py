#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the driver makes of what programs found: pure parts, and programs that fail."""

import json
import stat
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import core
import end_to_end
import load
import micro
import parts
import peers
import steady
from processes import Server
from programs import Bench, Void, cost, interleaved, interleaved_apart, median, reason_of
from rows import Row, heading, line, number

FATAL = """W20261126 17:30:00.000000  7 main.cc:1] something else
F20261126 17:30:01.000000  7 core_run.cc:71] Check failed: counted->started == expected.started (3 vs. 4) {}
*** Check failure stack trace: ***
    @     0x7f19e142c2e9  google::LogMessageFatal::~LogMessageFatal()
"""


def run(events=1000.0, cpu=1.0, wall=2.0, **more):
    return {"events": events, "cpu_seconds": cpu, "wall_seconds": wall, **more}


class RunsTest(unittest.TestCase):
    def test_each_run_is_made_once_a_round_in_turns(self):
        made = []
        found = interleaved(3, {name: lambda name=name: made.append(name) or {"turn": len(made)} for name in "ab"})
        self.assertEqual("".join(made), "ababab")
        self.assertEqual(found, {"a": [{"turn": 1}, {"turn": 3}, {"turn": 5}], "b": [{"turn": 2}, {"turn": 4}, {"turn": 6}]})

    def test_a_void_run_is_void_alone_and_not_made_again(self):
        made = []

        def run_of(name):
            made.append(name)
            if name == "b" and made.count("b") == 2:
                raise Void("b counted wrong")
            return {"turn": len(made)}

        found, voids = interleaved_apart(3, {name: lambda name=name: run_of(name) for name in "abc"})
        self.assertEqual("".join(made), "abcabcac")
        self.assertEqual((len(found["a"]), len(found["c"]), voids), (3, 3, {"b": "b counted wrong"}))

    def test_a_run_that_is_far_off_moves_no_median(self):
        found = [run(cpu=1.0), run(cpu=50.0), run(cpu=1.2)]
        self.assertEqual(median(found, lambda one: one["cpu_seconds"]), 1.2)

    def test_the_median_is_that_of_the_figure_and_not_of_its_parts(self):
        found = [run(events=10, cpu=10), run(events=20, cpu=1), run(events=30, cpu=2)]
        self.assertEqual(median(found, core.per_cpu_second), 15)

    def test_cost_tells_cpu_and_wall_time(self):
        self.assertEqual(cost([run(cpu=1), run(cpu=3), run(cpu=2, wall=9)], "joiner"), "joiner 2.00 s, wall 2.00 s")

    def test_loads_are_smaller_when_quick_and_never_nothing(self):
        sizes = []
        for options in ({"quick": False}, {"quick": True}, {"quick": False, "tiny": True}):
            bench = Bench(Path("none"), log=lambda text: None, **options)
            self.addCleanup(bench.close)
            sizes.append((bench.amount(4000, 1500), bench.amount(60, 10), bench.rounds(5, 3)))
        self.assertEqual(sizes, [(4000, 60, 5), (1500, 10, 3), (30, 1, 1)])


class RowsTest(unittest.TestCase):
    def test_a_line_of_json_has_these_fields_and_no_other(self):
        row = Row("joiner_core", 1.5, "events/CPU-s", 0.25, "store", "joiner 1 s")
        self.assertEqual(json.loads(row.as_json()), {"name": "joiner_core", "value": 1.5, "unit": "events/CPU-s",
                                                     "ratio": 0.25, "against": "store"})

    def test_what_is_compared_with_nothing_has_no_ratio(self):
        self.assertEqual(json.loads(Row("wire", 2, "events/CPU-s").as_json())["ratio"], None)

    def test_a_void_row_says_why_in_both_forms(self):
        row = Row("store", 0, "", void="wrong count")
        self.assertEqual(json.loads(row.as_json())["void"], "wrong count")
        self.assertEqual(line(row), "store                         void wrong count")

    def test_columns_stand_below_their_heads(self):
        table = [heading(), line(Row("joiner_core", 1234567, "events/CPU-s", 0.5, "store", "joiner 1 s")),
                 line(Row("closed_key_bytes", 98.4, "bytes/key", None, "", "mean 70"))]
        self.assertEqual(table, [
            "row                         figure unit                ratio against                CPU and wall time",
            "joiner_core              1,234,567 events/CPU-s          0.5 store                  joiner 1 s",
            "closed_key_bytes              98.4 bytes/key                                        mean 70"])

    def test_numbers_have_three_digits(self):
        self.assertEqual([number(value) for value in (0, 0.12345, 3.14159, 99.94, 100.4, 1234567)],
                         ["0", "0.123", "3.14", "99.9", "100", "1,234,567"])


class CoreTest(unittest.TestCase):
    def setUp(self):
        self.bench = Bench(Path("none"), quick=True, log=lambda text: None)
        self.addCleanup(self.bench.close)

    def rows(self, *wanted, **found):
        return {row.name: row for row in core.Core(self.bench, set(wanted)).rows({name: [one] for name, one in found.items()})}

    def test_the_core_is_compared_with_the_better_of_the_stores(self):
        rows = self.rows("joiner_core", "store", joiner=run(cpu=4), vector=run(cpu=1), skiplist=run(cpu=2), arrival=run(cpu=3))
        self.assertEqual(set(rows), {"joiner_core", "store"})
        self.assertEqual((rows["joiner_core"].value, rows["joiner_core"].ratio), (250, 0.25))
        self.assertEqual((rows["store"].value, rows["store"].ratio), (1000, 2))

    def test_the_core_with_long_keys_is_compared_with_stores_of_its_own_rows(self):
        row = self.rows("joiner_core_36", joiner_36=run(cpu=4), vector_36=run(cpu=2), skiplist_36=run(cpu=1))["joiner_core_36"]
        self.assertEqual((row.value, row.ratio, row.against), (250, 0.25, "store, same keys"))

    def test_long_keys_are_recorded_and_written_apart_from_the_others_in_the_same_rounds(self):
        made = []
        self.bench.run = lambda program, mode, *arguments: made.append((mode, arguments)) or run()
        rows = core.Core(self.bench, {"joiner_core", "joiner_core_36"}).measure()
        self.assertEqual([row.name for row in rows], ["joiner_core", "joiner_core_36"])
        # Two recordings, then a joiner and two or three stores of each, in turns.
        in_turns = ["joiner", "store-vector", "store-skiplist", "store-arrival", "joiner", "store-vector", "store-skiplist"]
        self.assertEqual([mode for mode, _ in made], ["joiner", "joiner"] + in_turns * self.bench.rounds(5, 3))
        files = [arguments[arguments.index("--record") + 1].name for mode, arguments in made[2:9] if mode != "joiner"]
        self.assertEqual(files, ["commits"] * 3 + ["commits_36"] * 2)
        key_bytes = ["--key-bytes" in arguments for mode, arguments in made if mode == "joiner"][:4]
        self.assertEqual(key_bytes, [False, True, False, True])

    def test_only_rows_that_are_wanted_come_out(self):
        self.assertEqual(set(self.rows("against_naive", joiner=run(cpu=1), naive=run(cpu=5))), {"against_naive"})

    def test_fsync_is_judged_by_wall_time(self):
        row = self.rows("fsync_price", joiner=run(cpu=1, wall=4), unsynced=run(cpu=3, wall=2))["fsync_price"]
        self.assertEqual((row.value, row.ratio, row.unit), (250, 0.5, "events/s"))


class OtherGroupsTest(unittest.TestCase):
    def test_the_whole_path_with_long_keys_is_a_run_of_half_the_time(self):
        made = []
        ran = run(events=3000.0, wall=2.0, joiner_cpu_seconds=1.5, partitioner_cpu_seconds=0.5)
        path = end_to_end.EndToEnd(mock.Mock(amount=lambda full, quick: full), {"end_to_end_36"})
        path.through_cluster = lambda *arguments: made.append(arguments) or ran
        self.assertEqual([(row.name, row.value, row.ratio) for row in path.measure()], [("end_to_end_36", 1500, 1)])
        self.assertEqual(made, [(1, "--seconds", 30, "--key-bytes", 36)])

    def test_a_peer_is_compared_by_flows_of_its_servers_cpu_second(self):
        peer, joiner = ({"flows": 100, "server_cpu_seconds": seconds, "wall_seconds": 1} for seconds in (5, 2))
        row = peers.Peers(None, set()).row("against_redis", [peer], [joiner])
        self.assertEqual((row.value, row.ratio, row.against), (50, 2.5, "Redis, AOF always"))

    def test_memory_is_the_most_within_a_doubling_against_the_payload(self):
        bench = mock.Mock(run=lambda *_: {"open_mean_bytes": 90, "open_most_bytes": 128, "closed_mean_bytes": 60,
                                          "closed_most_bytes": 96}, amount=lambda full, quick: quick)
        self.assertEqual([(row.name, row.value, row.ratio) for row in parts.memory(bench)],
                         [("open_key_bytes", 128, 2), ("closed_key_bytes", 96, 2)])

    def test_growth_is_that_of_the_lowest_and_the_highest(self):
        window = steady.WINDOW_SECONDS // steady.SAMPLE_EVERY_SECONDS
        wavers = [100.0 + 50 * (i % 20) / 20 for i in range(window)]
        self.assertAlmostEqual(steady.growth([1.0] * 10 + wavers + wavers[7:] + wavers[:7]), 1)
        self.assertAlmostEqual(steady.growth([1.0] * 10 + wavers + [2 * value for value in wavers]), 2)


class PeersTest(unittest.TestCase):
    """Peers whose servers are no processes: what is asked of their loads, and what becomes of what these find."""

    def setUp(self):
        self.loads = {}
        self.batches = {}
        self.failing = set()
        one = lambda name: mock.MagicMock(**{"__enter__.return_value": name, "__exit__.return_value": None})  # noqa: E731
        joiner, redis, postgresql = (mock.Mock() for _ in range(3))
        for server, name in ((joiner, "joiner-0"), (redis, "redis"), (postgresql, "postgresql")):
            server.name = name
        for name, value in {
            "cluster": lambda bench: one(mock.Mock(joiners=[joiner], joiner_http_ports=[1], target="here")),
            "redis": lambda bench, fsync: one((redis, "socket")),
            "postgresql": lambda bench: one((postgresql, "connection")),
            "installed": lambda program: True,
            "postgresql_programs": lambda: Path("/"),
            "run_load": self.run_load,
            "metrics": lambda port: {"oneway_commits_total": 10},
        }.items():
            patch = mock.patch.object(peers, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def run_load(self, bench, servers, *arguments, program, until_quiet):
        self.loads[program] = (arguments[arguments.index("--flows"):], until_quiet)
        self.batches[program] = int(arguments[arguments.index("--batch") + 1]) if "--batch" in arguments else None
        if program in self.failing:
            raise Void(f"{program} counted wrong")
        return {"flows": 100, "events": 190, "wall_seconds": 1, f"{servers[0].name}_cpu_seconds": 2}

    def rows(self):
        bench = mock.Mock(amount=lambda full, quick: full, rounds=lambda full, quick: full)
        return {row.name: row for row in peers.measure(bench, set(peers.ROWS))}

    def test_all_get_as_many_flows_at_the_same_planned_rate_and_are_waited_for(self):
        self.assertEqual({row.ratio for row in self.rows().values()}, {1})
        same = (("--flows", 4_000_000, "--flows-per-second", 350_000), True)
        self.assertEqual(self.loads, {f"oneway-bench-{name}": same for name in ("load", "redis", "postgresql")})

    def test_a_transaction_holds_as_many_events_as_a_joiners_commit(self):
        self.assertIn("19 events a transaction", self.rows()["against_postgresql"].cost)
        self.assertEqual(self.batches["oneway-bench-postgresql"], 19)

    def test_a_peer_that_fails_is_void_alone(self):
        self.failing = {"oneway-bench-postgresql"}
        self.assertEqual({name: row.void for name, row in self.rows().items()},
                         {"against_redis": "", "against_redis_1s": "", "against_postgresql": "oneway-bench-postgresql counted wrong"})

    def test_without_a_joiner_there_is_nothing_to_compare_with(self):
        self.failing = {"oneway-bench-load"}
        with self.assertRaisesRegex(Void, "oneway-bench-load counted wrong"):
            self.rows()


class MicroTest(unittest.TestCase):
    @staticmethod
    def repetition(name, items_per_second, place=0, kind="iteration"):
        return {"run_name": name, "run_type": kind, "family_index": place, "per_family_instance_index": 0,
                "items_per_second": items_per_second, "real_time": 30.0, "cpu_time": 20.0, "label": "row"}

    def test_a_benchmark_is_a_row_with_the_median_of_its_repetitions(self):
        report = {"benchmarks": [self.repetition("commit/process_time", rate, 1) for rate in (1e6, 2e6, 4e6)]
                  + [self.repetition("slot", 1e9), self.repetition("slot", 7.0, kind="aggregate")]}
        rows = micro.rows_of(report)
        self.assertEqual([(row.name, row.value, row.unit) for row in rows],
                         [("slot", 1.0, "CPU-ns/row"), ("commit", 500.0, "CPU-ns/row")])
        self.assertEqual(rows[1].cost, "wall 750 ns; 3 runs: 250 to 1,000 CPU-ns")


class FailuresTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.build = Path(folder.name)
        (self.build / "tests" / "bench").mkdir(parents=True)
        self.bench = Bench(self.build, quick=True, log=lambda text: None)
        self.addCleanup(self.bench.close)

    def program(self, name, text):
        path = self.bench.program(name)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def test_the_check_that_failed_is_the_reason_and_not_its_stack(self):
        self.assertEqual(reason_of(FATAL), "Check failed: counted->started == expected.started (3 vs. 4) {}")
        self.assertEqual(reason_of("cannot open\n"), "cannot open")

    def test_a_program_tells_its_findings_in_its_last_line(self):
        self.program("oneway-bench-core", """echo measuring; echo '{"events": 3}'""")
        self.assertEqual(self.bench.run("oneway-bench-core", "joiner"), {"events": 3})

    def test_a_program_that_fails_makes_the_run_void(self):
        self.program("oneway-bench-core", f"cat >&2 <<'END'\n{FATAL}END\nexit 134")
        with self.assertRaisesRegex(Void, r"^oneway-bench-core failed: Check failed: .*\(3 vs\. 4\)"):
            self.bench.run("oneway-bench-core", "joiner")

    def test_a_load_that_counts_wrong_makes_the_run_void(self):
        self.program("oneway-bench-load", f"echo measuring; echo measured; cat >&2 <<'END'\n{FATAL}END\nexit 134")
        with self.assertRaisesRegex(Void, r"^the load failed: Check failed: .*\(3 vs\. 4\)"):
            load.run_load(self.bench, [])

    def test_the_cpu_time_of_a_server_is_that_between_the_marks(self):
        self.program("oneway-bench-load", """echo measuring; echo measured; echo '{"events": 3}'""")
        joiner = mock.Mock(cpu=0)
        joiner.name = "joiner-0"
        type(joiner).cpu = mock.PropertyMock(side_effect=[10.0, 12.5])
        self.assertEqual(load.run_load(self.bench, [joiner]), {"events": 3, "joiner-0_cpu_seconds": 2.5})
        joiner.wait_until_quiet.assert_not_called()

    def test_what_a_server_put_off_is_in_its_cpu_time_where_that_is_asked_for(self):
        self.program("oneway-bench-load", """echo measuring; echo measured; echo '{"events": 3}'""")
        server = Server("joiner-0", mock.Mock(pid=7, wait=mock.Mock(side_effect=subprocess.TimeoutExpired("", 1))), Path("log"))
        with mock.patch("processes.cpu_seconds", side_effect=[10.0, 12.0, 13.0, 13.5, 13.53125, 13.5625]):
            found = load.run_load(self.bench, [server], until_quiet=True)
        self.assertEqual(found, {"events": 3, "joiner-0_cpu_seconds": 3.5625})


if __name__ == "__main__":
    unittest.main()
