# SPDX-License-Identifier: Apache-2.0
"""Generator, partitioner and joiner as processes on this machine; the partitioner alone; several joiners."""

from load import run_load
from processes import cluster, free_ports, server
from programs import Bench, interleaved, median
from rows import Row

ROWS = ("partitioner", "wire", "end_to_end", "ack_p99", "visible_p99", "end_to_end_36",
        "joiners_4", "joiners_4_light")
# What the whole path is asked for where its rate is given: a share of what it can do.
SHARE_OF_THROUGHPUT = 0.6
# A small part of what one joiner takes.
LIGHT_EVENTS_PER_SECOND = 150_000


def shared(found: list[dict[str, float]], *processes: str) -> str:
    """CPU-seconds a process, in the time that was measured."""
    cpu = ", ".join(f"{name} {median(found, lambda one, name=name: one[f'{name}_cpu_seconds']):.2f} s" for name in processes)
    generator = median(found, lambda one: one["cpu_seconds"])
    wall = median(found, lambda one: one["wall_seconds"])
    return f"{cpu}, generator {generator:.2f} s, wall {wall:.1f} s"


class EndToEnd:
    def __init__(self, bench: Bench, wanted: set[str]):
        self.bench = bench
        self.wanted = wanted
        self.seconds = bench.amount(60, 10)
        self.short_seconds = bench.amount(15, 5)
        self.rounds = bench.rounds(3, 1)

    def measure(self) -> list[Row]:
        rows = []
        if self.wanted & {"partitioner", "wire"}:
            rows += self.partitioner()
        if self.wanted & {"end_to_end", "ack_p99", "visible_p99"}:
            rows += self.whole_path()
        if "end_to_end_36" in self.wanted:
            rows += self.long_keys()
        rows += self.several_joiners()
        return [row for row in rows if row.name in self.wanted]

    def before_sink(self, name: str) -> dict[str, float]:
        """A partitioner, or what stands for one, between the generator and a sink."""
        sink_port, port, http_port = free_ports(3)
        sink_address, address = f"127.0.0.1:{sink_port}", f"127.0.0.1:{port}"
        with self.bench.folder() as folder:
            config = folder / "oneway.yaml"
            config.write_text(f"cluster:\n  joiners:\n    - {{name: joiner-0, address: {sink_address}}}\n")
            commands = {
                "partitioner": [self.bench.program("oneway-partitioner"), "--config", config, "--listen", address,
                                "--http-listen", f"127.0.0.1:{http_port}"],
                "wire": [self.bench.program("oneway-bench-wire"), "--listen", address, "--sink", sink_address],
            }
            sink_command = [self.bench.program("oneway-bench-sink"), "--listen", sink_address]
            with (server(self.bench, "sink", folder, sink_command, sink_port) as sink,
                  server(self.bench, name, folder, commands[name], port) as measured):
                return run_load(self.bench, [sink, measured], "--target", address, "--seconds", self.short_seconds,
                                "--no-check", "--warm-up", 3)

    def partitioner(self) -> list[Row]:
        found = interleaved(self.bench.rounds(5, 2),
                            {name: lambda name=name: self.before_sink(name) for name in ("partitioner", "wire")})
        speed = {name: median(runs, lambda one, name=name: one["events"] / one[f"{name}_cpu_seconds"])
                 for name, runs in found.items()}
        return [Row("partitioner", speed["partitioner"], "events/CPU-s", speed["partitioner"] / speed["wire"], "wire",
                    shared(found["partitioner"], "partitioner")),
                Row("wire", speed["wire"], "events/CPU-s", None, "", shared(found["wire"], "wire"))]

    def through_cluster(self, joiners: int, *arguments: object) -> dict[str, float]:
        with cluster(self.bench, joiners) as made:
            found = run_load(self.bench, [*made.joiners, made.partitioner], "--target", made.target, *arguments)
            found["joiner_cpu_seconds"] = sum(found[f"{one.name}_cpu_seconds"] for one in made.joiners)
            return found

    @staticmethod
    def throughput(name: str, runs: list[dict[str, float]]) -> Row:
        rate = median(runs, lambda one: one["events"] / one["wall_seconds"])
        in_one_cpu = median(runs, lambda one: one["events"] / (one["joiner_cpu_seconds"] + one["partitioner_cpu_seconds"]))
        return Row(name, rate, "events/s", rate / in_one_cpu, "events/CPU-s of both", shared(runs, "joiner", "partitioner"))

    def whole_path(self) -> list[Row]:
        runs = [self.through_cluster(1, "--seconds", self.seconds) for _ in range(self.rounds)]
        rows = [self.throughput("end_to_end", runs)]
        if self.wanted & {"ack_p99", "visible_p99"}:
            rate = int(rows[0].value * SHARE_OF_THROUGHPUT)
            paced = [self.through_cluster(1, "--seconds", self.seconds, "--rate", rate, "--probe")
                     for _ in range(self.rounds)]
            for name, key in (("ack_p99", "ack"), ("visible_p99", "visible")):
                p99 = median(paced, lambda one, key=key: one[f"{key}_p99_ms"])
                p50 = median(paced, lambda one, key=key: one[f"{key}_p50_ms"])
                rows.append(Row(name, p99, "ms", p99 / p50, "its median", shared(paced, "joiner", "partitioner")))
        return rows

    def long_keys(self) -> list[Row]:
        runs = [self.through_cluster(1, "--seconds", self.bench.amount(30, 5), "--key-bytes", 36)]
        return [self.throughput("end_to_end_36", runs)]

    def several_joiners(self) -> list[Row]:
        # Unpaced for long: each joiner is given most of its memory in its first seconds.
        loads = {"joiners_4": ("--seconds", self.seconds),
                 "joiners_4_light": ("--seconds", self.short_seconds, "--rate", LIGHT_EVENTS_PER_SECOND)}
        return [self.several_joiners_at(name, load) for name, load in loads.items() if name in self.wanted]

    def several_joiners_at(self, name: str, arguments: tuple[object, ...]) -> Row:
        found = interleaved(self.bench.rounds(3, 2),
                            {str(count): lambda count=count: self.through_cluster(count, *arguments) for count in (1, 4)})
        price = {count: median(runs, lambda one: (one["joiner_cpu_seconds"] + one["partitioner_cpu_seconds"])
                               / one["events"] * one["events_in_all"] / one["flows_in_all"])
                 for count, runs in found.items()}
        return Row(name, price["4"] * 1e6, "CPU-us/flow", price["4"] / price["1"], "1 joiner",
                   shared(found["4"], "joiner", "partitioner"))


def measure(bench: Bench, wanted: set[str]) -> list[Row]:
    return EndToEnd(bench, wanted).measure()
