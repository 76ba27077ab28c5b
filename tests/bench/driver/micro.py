# SPDX-License-Identifier: Apache-2.0
"""The micro benchmarks: single steps of what happens to an event, as rows like all others."""

import json
import statistics
import subprocess

from programs import RUN_SECONDS_MAX, Bench, Void, reason_of
from rows import Row, number

PROGRAM = "oneway-bench-micro"
# What Google Benchmark appends to a name to say how time was taken.
HOW_MEASURED = {"process_time", "real_time", "manual_time"}


def arguments(bench: Bench, pattern: str) -> list[str]:
    """Repetitions of all benchmarks are mixed, so that what disturbs the machine meets all of them alike."""
    seconds = 0.001 if bench.tiny else 0.05 if bench.quick else 0.3
    return [f"--benchmark_min_time={seconds}", f"--benchmark_repetitions={bench.rounds(7, 3)}",
            "--benchmark_enable_random_interleaving=true", "--benchmark_format=json", f"--benchmark_filter={pattern}"]


def cpu_nanos_per_item(run: dict) -> float:
    """Of one repetition; an iteration may have many items."""
    return 1e9 / run["items_per_second"]  # of CPU time, as Google Benchmark counts where it is not told otherwise


def row_of(name: str, runs: list[dict]) -> Row:
    nanos = [cpu_nanos_per_item(run) for run in runs]
    cpu = statistics.median(nanos)
    wall = cpu * statistics.median(run["real_time"] / run["cpu_time"] for run in runs)
    return Row(name, cpu, f"CPU-ns/{runs[0]['label']}", None, "",
               f"wall {number(wall)} ns; {len(runs)} runs: {number(min(nanos))} to {number(max(nanos))} CPU-ns")


def rows_of(report: dict) -> list[Row]:
    """The report of Google Benchmark, a median for each benchmark."""
    runs: dict[str, list[dict]] = {}
    def in_order(run: dict) -> tuple[int, int]:
        return run["family_index"], run["per_family_instance_index"]

    for run in sorted(report["benchmarks"], key=in_order):
        if run["run_type"] == "iteration":
            name = "/".join(part for part in run["run_name"].split("/") if part not in HOW_MEASURED)
            runs.setdefault(name, []).append(run)
    return [row_of(name, found) for name, found in runs.items()]


def measure(bench: Bench, pattern: str) -> list[Row]:
    command = [str(bench.program(PROGRAM)), *arguments(bench, pattern)]
    bench.log(" ".join(command))
    done = subprocess.run(command, capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False)
    if "Failed to match any benchmarks" in done.stderr:
        return []
    if done.returncode != 0:
        raise Void(f"{PROGRAM} failed: {reason_of(done.stderr) or done.returncode}")
    return rows_of(json.loads(done.stdout))
