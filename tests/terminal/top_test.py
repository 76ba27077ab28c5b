#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Concern: `oneway top` on a real terminal, before a real cluster with known events: what it shows, what keys do, that it
follows the terminal's size and the cluster's troubles, and that it leaves the terminal as it was, however it ends.

Usage: top_test.py BUILD_FOLDER
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from known import FLOWS, SMALL_SCREEN, WHOLE_SCREEN, known_events, masked
from tmux import Terminal

from cluster import Cluster

COLUMNS, ROWS = 100, 30

programs = Path()


class TopTest(unittest.TestCase):
    """One cluster for all of it, and a terminal for each."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        with ExitStack() as stack:
            cls.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oneway-terminal-")))
            cls.cluster = Cluster(programs, cls.folder, FLOWS, partitioners=1)
            stack.enter_context(cls.cluster.running())
            cls.cluster.tool("send", "-", lines=known_events())
            cls.await_expired(4)
            cls.addClassCleanup(stack.pop_all().close)

    @classmethod
    def await_expired(cls, count: int) -> None:
        def expired() -> bool:
            flows = json.loads(cls.cluster.tool("stats", "--flow", "lost", "--json"))["flows"]
            return bool(flows) and flows[0]["expired"] == count

        cls.cluster.processes["joiner-0"].until(expired, f"{count} are expired")

    def setUp(self):
        self.terminal = Terminal(Path(tempfile.mkdtemp(dir=self.folder)), COLUMNS, ROWS)
        self.enterContext(self.terminal.running())

    def command(self, *words: str) -> str:
        return " ".join([str(programs / "cli/oneway"), "top", "--server", self.cluster.server(), *words])

    def start(self, *words: str, before: str = "", every: str = "200ms") -> None:
        """Runs it until it shows flows."""
        self.terminal.run(before + self.command("--every", every, *words) + "; echo exit code=$?")
        self.terminal.await_text("q quit")
        self.terminal.await_text("started/s")

    def await_masked(self, wanted: str) -> None:
        try:
            self.terminal.await_screen(lambda screen: masked(screen) == wanted, "the expected screen")
        except AssertionError:
            self.assertEqual(masked(self.terminal.screen()), wanted)
            raise

    def rows(self) -> list[str]:
        return self.terminal.screen().splitlines()

    def await_row(self, number: int, begin: str) -> None:
        self.terminal.await_screen(lambda screen: screen.splitlines()[number].startswith(begin),
                                   f"line {number} begins with {begin!r}")

    def await_shell(self, code: int) -> None:
        """It has ended with this code, and the terminal is as it was."""
        screen = self.terminal.await_text(f"exit code={code}")
        self.terminal.await_screen(lambda _: self.terminal.tell("pane_current_command") == "bash", "the shell is back")
        self.assertIn(" top --server ", screen, "what stood there before is there again")
        self.assertNotIn("q quit", screen)
        self.assertEqual(self.terminal.tell("alternate_on"), "0")
        self.assertEqual(self.terminal.tell("cursor_flag"), "1")

    def modes(self) -> str:
        """Of the terminal, as the shell's `stty` tells them."""
        file = self.terminal.folder / "modes"
        self.terminal.run(f"clear; stty --save >{file}; echo told")
        self.terminal.await_screen(lambda screen: "\ntold\n" in "\n" + screen, "the modes")
        return file.read_text()

    def test_it_shows_the_cluster_and_its_flows(self):
        self.start("--window", "1h")
        self.await_masked(WHOLE_SCREEN)

    def test_keys_sort_filter_scroll_help_and_change_the_window(self):
        self.start("--window", "1h")
        self.terminal.press("f")
        self.await_row(2, "lost ")
        self.await_row(1, "flow ^ ")
        self.terminal.press("r")
        self.await_row(2, "tenant-40 ")
        self.terminal.press("9")
        self.await_row(2, "task ")
        self.terminal.press(">", ">")
        self.await_row(2, "lost ")
        self.assertIn("expired v", self.rows()[1])
        self.terminal.press("f", "NPage")
        self.await_row(2, "tenant-15 ")
        self.terminal.press("Up")
        self.await_row(2, "tenant-14 ")
        self.terminal.press("Home", "Down")
        self.await_row(2, "order ")
        self.terminal.press("End")
        self.await_row(27, "tenant-40 ")
        self.terminal.type("/t-3")
        self.await_row(2, "tenant-30 ")
        self.await_row(28, "only flows with: t-3_")
        self.terminal.press("Enter")
        self.await_row(28, 'flows 1 to 10 of 10 with "t-3"')
        self.terminal.press("Escape")
        self.await_row(28, "flows 1 to 26 of 44 ")
        self.terminal.press("?")
        self.terminal.await_text("sort by the column beside it")
        self.terminal.press("?", "w")
        self.terminal.await_text("  window 24h  ")
        self.terminal.press("w", "w")
        self.terminal.await_text("  window 5m  ")

    def test_it_follows_the_size_of_the_terminal(self):
        self.start("--window", "1h")
        self.await_masked(WHOLE_SCREEN)
        self.terminal.resize(52, 10)
        self.await_masked(SMALL_SCREEN)
        self.terminal.resize(COLUMNS, ROWS)
        self.await_masked(WHOLE_SCREEN)

    def test_rates_are_those_of_now(self):
        # Each rate stands there for so long that it is seen.
        self.start("--filter", "tenant-40", every="2s")
        self.terminal.await_screen(lambda screen: re.search(r"^tenant-40 +0\.0 +0\.0 +0 ", screen, re.M), "no rate yet")
        self.cluster.tool("send", "--flow", "tenant-40", "--key", "k-1", "--start")
        self.terminal.await_screen(lambda screen: re.search(r"^tenant-40 +(?!0\.0 )[0-9.]+ +0\.0 +1 ", screen, re.M), "a rate")
        self.terminal.await_screen(lambda screen: re.search(r"^tenant-40 +0\.0 +0\.0 +1 ", screen, re.M), "none any more")

    def test_it_leaves_the_terminal_as_it_was(self):
        before = self.modes()
        for end in ("q", "C-c"):
            with self.subTest(end):
                self.start()
                self.assertEqual(self.terminal.tell("alternate_on"), "1")
                self.assertEqual(self.terminal.tell("cursor_flag"), "0")
                self.terminal.press(end)
                self.await_shell(0)
                self.assertEqual(self.modes(), before)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
            with self.subTest(number.name):
                self.start()
                os.kill(self.terminal.child_of_shell(), number)
                self.await_shell(0)
                self.assertEqual(self.modes(), before)

    def test_it_can_be_stopped_and_goes_on(self):
        self.terminal.run(self.command("--window", "1h"))
        self.await_masked(WHOLE_SCREEN)
        self.terminal.press("C-z")
        self.terminal.await_text("Stopped")
        self.assertEqual(self.terminal.tell("alternate_on"), "0")
        self.assertEqual(self.terminal.tell("cursor_flag"), "1")
        self.terminal.run("fg")
        self.await_masked(WHOLE_SCREEN)
        self.terminal.press("q")
        self.terminal.await_screen(lambda _: self.terminal.tell("pane_current_command") == "bash", "the shell is back")

    def test_colours_are_there_unless_they_are_not_wanted(self):
        self.start()
        self.assertIn("\x1b[31m", self.terminal.screen_with_codes())
        self.terminal.press("q")
        self.await_shell(0)
        self.terminal.run("clear")
        self.start(before="NO_COLOR=1 ")
        self.assertNotIn("\x1b", self.terminal.screen_with_codes())
        self.terminal.press("q")
        self.await_shell(0)

    def test_in_a_pipe_it_tells_plain_lines(self):
        self.terminal.run(self.command("--once", "--filter", "o", "--window", "1h") + " | cat; echo exit code=${PIPESTATUS[0]}")
        screen = masked(self.terminal.await_text("exit code=0"))
        self.assertIn("\noneway top  SERVER  2 of 2 joiners  balance ok  window 1h  TIME\nflow ", screen)
        self.assertRegex(screen, r"\norder +[0-9.]+ +[0-9.]+ +1 +AGE +1  250ms  250ms  250ms        0\n")
        self.assertNotIn("\x1b", self.terminal.screen_with_codes())
        done = subprocess.run([programs / "cli/oneway", "--server", self.cluster.server(), "top", "--for", "1s", "--every",
                               "200ms"], text=True, capture_output=True, timeout=60, check=True)
        self.assertNotIn("\x1b", done.stdout)
        self.assertGreaterEqual(done.stdout.count("\n\noneway top "), 1)

    def test_programs_read_it(self):
        told = [json.loads(line) for line in self.cluster.tool("top", "--json", "--for", "1s", "--every", "200ms").splitlines()]
        self.assertGreater(len(told), 1)
        for snapshot in told:
            self.assertEqual((snapshot["joiners"], snapshot["missing"], snapshot["unexplained"]), (2, [], 0))
            push = snapshot["flows"][0]
            self.assertEqual((push["flow"], push["open"], push["overdue"]), ("push", 3, 3))
        self.assertEqual(len(self.cluster.tool("top", "--json", "--once").splitlines()), 1)

    def test_a_joiner_that_is_gone_is_named_until_it_is_back(self):
        self.start()
        self.cluster.processes["joiner-1"].kill()
        screen = self.terminal.await_text("partial: joiner-1 ")
        self.assertIn("  1 of 2 joiners  balance ok in part  ", screen)
        done = subprocess.run([programs / "cli/oneway", "--server", self.cluster.server(), "top", "--once"], text=True,
                              capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertIn("oneway: joiner joiner-1 did not answer", done.stderr)
        self.cluster.start_joiner(1)
        screen = self.terminal.await_text("  2 of 2 joiners  balance ok  ")
        self.assertNotIn("partial", screen)

    def test_a_server_that_is_gone_is_asked_until_it_answers(self):
        self.start()
        self.cluster.processes["partitioner-0"].kill()
        screen = self.terminal.await_text("no Oneway partitioner answers at ")
        self.assertIn("; trying again; what is below is of ", screen)
        self.assertIn("\npush ", screen)
        self.terminal.press("f")
        self.terminal.await_text("flow ^")
        self.terminal.press("q")
        self.await_shell(2)
        self.terminal.run("clear; " + self.command("--every", "200ms"))
        self.terminal.await_text("trying again")
        self.cluster.start_partitioner(0)
        screen = self.terminal.await_text("  2 of 2 joiners  balance ok  ")
        self.assertNotIn("trying again", screen)

    def test_a_server_that_hangs_does_not_hold_up_keys(self):
        self.start()
        partitioner = self.cluster.processes["partitioner-0"].process
        partitioner.send_signal(signal.SIGSTOP)
        try:
            self.terminal.await_text("no answer for ")
            self.terminal.press("f")
            self.terminal.await_text("flow ^")
            partitioner.send_signal(signal.SIGCONT)
            self.terminal.await_screen(lambda screen: "no answer for " not in screen, "answers")
            partitioner.send_signal(signal.SIGSTOP)
            self.terminal.await_text("no answer for ")
            self.terminal.press("q")
            self.await_shell(0)
        finally:
            partitioner.send_signal(signal.SIGCONT)


if __name__ == "__main__":
    programs = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
