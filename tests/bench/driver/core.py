# SPDX-License-Identifier: Apache-2.0
"""The joiner's core in one process, and what it is compared with."""

from pathlib import Path

from programs import Bench, cost, interleaved, median
from rows import Row

ROWS = ("joiner_core", "store", "memtable", "map", "naive", "against_naive", "fsync_price")


def per_cpu_second(found: dict[str, float]) -> float:
    return found["events"] / found["cpu_seconds"]


class Core:
    def __init__(self, bench: Bench, wanted: set[str]):
        self.bench = bench
        self.wanted = wanted
        self.flows = bench.amount(4_000_000, 1_500_000)
        # Ten times as dear an event as the others; its cost hardly depends on the number of flows.
        self.naive_flows = bench.amount(500_000, 200_000)
        self.rounds = bench.rounds(5, 3)

    def run(self, mode: str, *arguments: object) -> dict[str, float]:
        with self.bench.folder() as folder:
            return self.bench.run("oneway-bench-core", mode, "--folder", folder / "data", *arguments)

    def measure(self) -> list[Row]:
        with self.bench.folder() as folder:
            return self.rows(self.runs(folder / "commits"))

    def runs(self, recorded: Path) -> dict[str, list[dict[str, float]]]:
        flows = ("--flows", self.flows)
        plan = {"joiner": lambda: self.run("joiner", *flows)}
        events = 0.0
        if self.wanted & {"joiner_core", "store", "memtable"}:
            events = self.run("joiner", *flows, "--record", recorded)["events"]
            for memtable in ("vector", "skiplist", "arrival"):
                plan[memtable] = lambda memtable=memtable: {
                    **self.run(f"store-{memtable}", "--record", recorded), "events": events}
        if "map" in self.wanted:
            plan["map"] = lambda: self.run("map", *flows)
        if self.wanted & {"naive", "against_naive"}:
            plan["naive"] = lambda: self.run("naive", "--flows", self.naive_flows)
        if "fsync_price" in self.wanted:
            plan["unsynced"] = lambda: self.run("joiner", *flows, "--no-fsync")
        return interleaved(self.rounds, plan)

    def rows(self, found: dict[str, list[dict[str, float]]]) -> list[Row]:
        speed = {name: median(runs, per_cpu_second) for name, runs in found.items()}
        rows = []
        unit = "events/CPU-s"
        if "vector" in found:
            best = max(("vector", "skiplist"), key=lambda memtable: speed[memtable])
            rows.append(Row("joiner_core", speed["joiner"], unit, speed["joiner"] / speed[best], "store",
                            cost(found["joiner"], "joiner")))
            rows.append(Row("store", speed[best], unit, speed["vector"] / speed["skiplist"], "vector : skip list",
                            cost(found[best], "RocksDB")))
            rows.append(Row("memtable", speed["arrival"], unit, speed["arrival"] / speed["vector"], "RocksDB's vector",
                            cost(found["arrival"], "RocksDB")))
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
        return [row for row in rows if row.name in self.wanted]


def measure(bench: Bench, wanted: set[str]) -> list[Row]:
    return Core(bench, wanted).measure()
