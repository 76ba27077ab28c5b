# SPDX-License-Identifier: Apache-2.0
"""The joiner's core in one process, and what it is compared with."""

from collections.abc import Callable
from pathlib import Path

from programs import Bench, cost, interleaved, median
from rows import Row

ROWS = ("joiner_core", "joiner_core_36", "store", "memtable", "map", "naive", "against_naive", "fsync_price")


def per_cpu_second(found: dict[str, float]) -> float:
    return found["events"] / found["cpu_seconds"]


class Core:
    def __init__(self, bench: Bench, wanted: set[str]):
        self.bench = bench
        self.wanted = wanted
        self.flows = bench.amount(3_000_000, 2_000_000)
        self.rounds = bench.rounds(5, 3)

    def run(self, mode: str, *arguments: object) -> dict[str, float]:
        with self.bench.folder() as folder:
            return self.bench.run("oneway-bench-core", mode, "--folder", folder / "data", *arguments)

    def measure(self) -> list[Row]:
        with self.bench.folder() as folder:
            return self.rows(interleaved(self.rounds, self.plan(folder)))

    def plan(self, folder: Path) -> dict[str, Callable[[], dict[str, float]]]:
        flows = ("--flows", self.flows)
        plan = {}
        if self.wanted != {"joiner_core_36"}:
            plan["joiner"] = lambda: self.run("joiner", *flows)
        if self.wanted & {"joiner_core", "store", "memtable"}:
            plan |= self.stores(folder / "commits", ("vector", "skiplist", "arrival"), "", *flows)
        if "joiner_core_36" in self.wanted:
            long_keys = (*flows, "--key-bytes", 36)
            plan["joiner_36"] = lambda: self.run("joiner", *long_keys)
            plan |= self.stores(folder / "commits_36", ("vector", "skiplist"), "_36", *long_keys)
        if "map" in self.wanted:
            plan["map"] = lambda: self.run("map", *flows)
        if self.wanted & {"naive", "against_naive"}:
            plan["naive"] = lambda: self.run("naive", *flows)
        if "fsync_price" in self.wanted:
            plan["unsynced"] = lambda: self.run("joiner", *flows, "--no-fsync")
        return plan

    def stores(self, recorded: Path, memtables: tuple[str, ...], suffix: str,
               *load: object) -> dict[str, Callable[[], dict[str, float]]]:
        """RocksDB alone with what a joiner commits of that load."""
        events = self.run("joiner", *load, "--record", recorded)["events"]
        return {f"{memtable}{suffix}": lambda memtable=memtable: {
            **self.run(f"store-{memtable}", "--record", recorded), "events": events} for memtable in memtables}

    def rows(self, found: dict[str, list[dict[str, float]]]) -> list[Row]:
        speed = {name: median(runs, per_cpu_second) for name, runs in found.items()}
        rows = []
        unit = "events/CPU-s"
        if "vector" in found:
            best = max(("vector", "skiplist"), key=speed.get)
            rows.append(Row("joiner_core", speed["joiner"], unit, speed["joiner"] / speed[best], "store",
                            cost(found["joiner"], "joiner")))
            rows.append(Row("store", speed[best], unit, speed["vector"] / speed["skiplist"], "vector : skip list",
                            cost(found[best], "RocksDB")))
            rows.append(Row("memtable", speed["arrival"], unit, speed["arrival"] / speed["vector"], "RocksDB's vector",
                            cost(found["arrival"], "RocksDB")))
        if "vector_36" in found:
            best = max(speed["vector_36"], speed["skiplist_36"])
            rows.append(Row("joiner_core_36", speed["joiner_36"], unit, speed["joiner_36"] / best, "store, same keys",
                            cost(found["joiner_36"], "joiner")))
        if "map" in found:
            rows.append(Row("map", speed["map"], unit, speed["joiner"] / speed["map"], "joiner_core : map",
                            cost(found["map"], "map")))
        if "naive" in found:
            rows.append(Row("naive", speed["naive"], unit, None, "", cost(found["naive"], "RocksDB")))
            rows.append(Row("against_naive", speed["joiner"], unit, speed["joiner"] / speed["naive"], "naive",
                            cost(found["joiner"], "joiner")))
        if "unsynced" in found:
            synced, unsynced = (median(found[name], lambda one: one["events"] / one["wall_seconds"])
                                for name in ("joiner", "unsynced"))
            rows.append(Row("fsync_price", synced, "events/s", synced / unsynced, "without fsync",
                            cost(found["unsynced"], "without fsync: joiner")))
        return sorted((row for row in rows if row.name in self.wanted), key=lambda row: ROWS.index(row.name))


def measure(bench: Bench, wanted: set[str]) -> list[Row]:
    return Core(bench, wanted).measure()
