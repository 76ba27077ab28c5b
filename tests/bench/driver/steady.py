# SPDX-License-Identifier: Apache-2.0
"""Ten minutes at one rate: what a joiner holds in memory and on disk must not grow once keys are forgotten as fast as
they come."""

import statistics
import threading
from dataclasses import dataclass, field
from pathlib import Path

from load import run_load
from parts import metrics
from processes import cluster, resident_bytes
from programs import Bench
from rows import Row

ROWS = ("steady",)
SECONDS = 600
RATE = 50_000
SAMPLE_EVERY_SECONDS = 5
WINDOW_SECONDS = 180
# Memory and disk waver by files that come and go, and growing tables; a leak of a tenth in three minutes would be another thing.
FLAT = 1.1


@dataclass
class Samples:
    memory: list[float] = field(default_factory=list)
    disk: list[float] = field(default_factory=list)
    rows_per_live: list[float] = field(default_factory=list)


def folder_bytes(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:  # it went in between
            continue
    return total


def sample_until(stop: threading.Event, made, samples: Samples) -> None:
    joiner = made.joiners[0]
    while not stop.wait(SAMPLE_EVERY_SECONDS):
        samples.memory.append(resident_bytes(joiner.process.pid))
        samples.disk.append(folder_bytes(made.folder / joiner.name))
        found = metrics(made.joiner_http_ports[0])
        live, dead = found["oneway_journal_live_rows"], found["oneway_journal_dead_rows"]
        samples.rows_per_live.append((live + dead) / max(live, 1))


def growth(values: list[float]) -> float:
    """Both the lowest and the highest of the last three minutes against those of the three before: disk rises and falls as
    files are written and, a minute later, dropped, and a leak would lift both ends."""
    window = WINDOW_SECONDS // SAMPLE_EVERY_SECONDS
    before, last = values[-2 * window:-window], values[-window:]
    return statistics.geometric_mean((min(last) / min(before), max(last) / max(before)))


def measure(bench: Bench, wanted: set[str]) -> list[Row]:
    samples = Samples()
    stop = threading.Event()
    with cluster(bench, flow_defaults="  ttl: 1m\n  late_window: 1m\n  retry_window: 1m") as made:
        sampler = threading.Thread(target=sample_until, args=(stop, made, samples))
        sampler.start()
        try:
            run_load(bench, made.joiners, "--target", made.target, "--rate", RATE, "--warm-up", 0, "--seconds", SECONDS,
                     "--no-check")
        finally:
            stop.set()
            sampler.join()
    memory, disk = growth(samples.memory), growth(samples.disk)
    tail = samples.disk[-2 * WINDOW_SECONDS // SAMPLE_EVERY_SECONDS:]
    note = (f"memory x{memory:.2f} to {samples.memory[-1] / 2**20:.0f} MiB, disk x{disk:.2f}, "
            f"{min(tail) / 2**20:.0f} to {max(tail) / 2**20:.0f} MiB, rows {max(samples.rows_per_live[len(samples.rows_per_live) // 2:]):.2f} "
            f"x the live ones at most; flat is below x{FLAT}")
    return [Row("steady", max(memory, disk), "x in 3 minutes", max(memory, disk) / FLAT, "flat", note)]
