# SPDX-License-Identifier: Apache-2.0
"""The programs of the benchmark: where they are, and how one run of one of them is made."""

import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

# Longer than any single run takes, so that a hang does not stay unnoticed.
RUN_SECONDS_MAX = 900
# For tests of the bench: figures of so little say nothing.
TINY_SHARE = 50


class Void(Exception):
    """A run that says nothing, because what came out was wrong."""


def reason_of(errors: str) -> str:
    """What a program said that failed: the check that did not hold, or its last words."""
    fatal = re.search(r"^F[^\]\n]*\] (.+)$", errors, re.MULTILINE)  # glog's; a stack trace follows
    return fatal.group(1) if fatal else errors.strip()[-300:]


class Bench:
    """What every measurement needs."""

    def __init__(self, build: Path, quick: bool, log: Callable[[str], None], tiny: bool = False):
        self.build = build
        self.quick = quick or tiny
        self.tiny = tiny
        self.log = log
        # On a disk: /tmp may be memory, where an fsync costs nothing.
        self.scratch = Path(tempfile.mkdtemp(prefix="oneway-bench-", dir=os.environ.get("BENCH_FOLDER", "/var/tmp")))

    def close(self) -> None:
        shutil.rmtree(self.scratch, ignore_errors=True)

    def program(self, name: str) -> Path:
        folders = {"oneway-joiner": "joiner", "oneway-partitioner": "partitioner"}
        return self.build / folders.get(name, "tests/bench") / name

    def amount(self, full: int, quick: int) -> int:
        """Of flows, keys or seconds."""
        return max(1, quick // TINY_SHARE) if self.tiny else quick if self.quick else full

    def rounds(self, full: int, quick: int) -> int:
        return 1 if self.tiny else quick if self.quick else full

    @contextmanager
    def folder(self):
        """A folder that does not outlive its use."""
        path = Path(tempfile.mkdtemp(dir=self.scratch))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def run(self, name: str, *arguments: object) -> dict[str, float]:
        """Runs a program of the benchmark to its end and returns what it found."""
        command = [str(self.program(name)), *map(str, arguments)]
        self.log(" ".join(command))
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False)
        except FileNotFoundError as absent:
            raise Void(f"not built: {absent.filename}") from absent
        if done.returncode != 0:
            raise Void(f"{name} failed: {reason_of(done.stderr) or done.returncode}")
        return json.loads(done.stdout.strip().splitlines()[-1])


def interleaved(rounds: int, runs: dict[str, Callable[[], dict[str, float]]]) -> dict[str, list[dict[str, float]]]:
    """Makes every run once a round, so that what disturbs the machine meets all of them alike."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            found[name].append(run())
    return found


def interleaved_apart(rounds: int, runs: dict[str, Callable[[], dict[str, float]]]
                      ) -> tuple[dict[str, list[dict[str, float]]], dict[str, str]]:
    """As interleaved, but what is void is void alone: it is left out from then on, and the second result says why."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in runs}
    voids: dict[str, str] = {}
    for _ in range(rounds):
        for name, run in runs.items():
            if name in voids:
                continue
            try:
                found[name].append(run())
            except Void as void:
                voids[name] = str(void)
    return found, voids


def median(found: list[dict[str, float]], figure: Callable[[dict[str, float]], float]) -> float:
    return statistics.median(figure(one) for one in found)


def cost(found: list[dict[str, float]], process: str) -> str:
    cpu = median(found, lambda one: one["cpu_seconds"])
    wall = median(found, lambda one: one["wall_seconds"])
    return f"{process} {cpu:.2f} s, wall {wall:.2f} s"
