# SPDX-License-Identifier: Apache-2.0
"""Memory of keys, recovery, bytes on the disk, and the SDK."""

import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

from load import run_load
from processes import cluster, free_ports, server, written_bytes
from programs import Bench, cost, interleaved, median
from rows import Row

# What is kept of a key: that, and nothing else, cannot be left out.
OPEN_KEY_PAYLOAD_BYTES = 64
CLOSED_KEY_PAYLOAD_BYTES = 48


def metrics(http_port: int) -> dict[str, float]:
    """Metrics of a joiner that have no label."""
    with urllib.request.urlopen(f"http://127.0.0.1:{http_port}/metrics", timeout=30) as reply:
        lines = reply.read().decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[:1] not in ("#", ""))}


def memory(bench: Bench) -> list[Row]:
    found = bench.run("oneway-bench-memory", "--keys", bench.amount(4_000_000, 1_000_000))
    rows = []
    for name, kind, payload in (("open_key_bytes", "open", OPEN_KEY_PAYLOAD_BYTES),
                                ("closed_key_bytes", "closed", CLOSED_KEY_PAYLOAD_BYTES)):
        mean, most = found[f"{kind}_mean_bytes"], found[f"{kind}_most_bytes"]
        rows.append(Row(name, most, "bytes/key", most / payload, f"payload of {payload}", f"mean over sizes {mean:.0f}"))
    return rows


def recovery(bench: Bench) -> list[Row]:
    with bench.folder() as folder:
        data = ("--folder", folder / "data")
        bench.run("oneway-bench-recovery", "fill", *data, "--flows", bench.amount(4_000_000, 1_000_000))
        # Once before, so that every run finds the same files and nothing is left to replay from the WAL.
        bench.run("oneway-bench-recovery", "iterate", *data)
        found = interleaved(bench.rounds(7, 3), {
            mode: lambda mode=mode: bench.run("oneway-bench-recovery", mode, *data) for mode in ("restore", "iterate")})
    speed = {mode: median(runs, lambda one: one["rows"] / one["wall_seconds"]) for mode, runs in found.items()}
    return [Row("recovery", speed["restore"], "rows/s", speed["restore"] / speed["iterate"], "iterating",
                f"{cost(found['restore'], 'restoring')}; {cost(found['iterate'], 'iterating')}")]


def disk(bench: Bench) -> list[Row]:
    """Long enough for flushes, and for files that go again; keys are forgotten meanwhile, as they are in the long run."""
    seconds = bench.amount(120, 20)
    # A start that comes after its end does so up to the greatest delay, 20 s, after its own time: a retry_window that is
    # not longer than that refuses it as too late.
    defaults = "  ttl: 20s\n  late_window: 30s\n  retry_window: 30s"
    with cluster(bench, flow_defaults=defaults) as made:
        joiner = made.joiners[0]
        before = written_bytes(joiner.process.pid)
        # Expired keys count otherwise than the generator expects: none of its own counts is asked for.
        found = run_load(bench, [joiner], "--target", made.target, "--seconds", seconds, "--rate", 150_000, "--no-check")
        written = written_bytes(joiner.process.pid) - before
        counted = metrics(made.joiner_http_ports[0])
    wal = counted["oneway_journal_wal_bytes_total"]
    flows = found["flows_in_all"]
    parts = ", ".join(f"{name} {counted[f'oneway_journal_{name}_bytes_total'] / flows:.0f}"
                      for name in ("wal", "flush", "compaction"))
    return [Row("disk_bytes", written / flows, "bytes/flow", written / wal, "WAL payload", f"of these: {parts} bytes/flow")]


def sdk(bench: Bench) -> list[Row]:
    sink_port, port, http_port = free_ports(3)
    with bench.folder() as folder:
        config = folder / "oneway.yaml"
        config.write_text(f"cluster:\n  joiners:\n    - {{name: joiner-0, address: 127.0.0.1:{sink_port}}}\n")
        partitioner = [bench.program("oneway-partitioner"), "--config", config, "--listen", f"127.0.0.1:{port}",
                       "--http-listen", f"127.0.0.1:{http_port}"]
        with (server(bench, "sink", folder, [bench.program("oneway-bench-sink"), "--listen", f"127.0.0.1:{sink_port}"],
                     sink_port),
              server(bench, "partitioner", folder, partitioner, port)):
            measured = {"sdk": lambda: bench.run("oneway-bench-sdk", "--target", f"127.0.0.1:{port}")}
            runs = interleaved(bench.rounds(3, 3), measured)["sdk"]
    nanos = median(runs, lambda one: one["start_ns"])
    worse = median(runs, lambda one: one["start_p90_ns"])
    return [Row("sdk_start", nanos, "ns/call", worse / nanos, "its 90th percentile", cost(runs, "process"))]


@dataclass(frozen=True)
class Part:
    """Rows that are measured together, and void together."""

    ROWS: tuple[str, ...]
    take: Callable[[Bench], list[Row]]

    def measure(self, bench: Bench, wanted: set[str]) -> list[Row]:
        return [row for row in self.take(bench) if row.name in wanted]


PARTS = [Part(("open_key_bytes", "closed_key_bytes"), memory), Part(("recovery",), recovery), Part(("disk_bytes",), disk),
         Part(("sdk_start",), sdk)]
