# SPDX-License-Identifier: Apache-2.0
"""The same events on Redis and PostgreSQL: flows per CPU-second of the server, against those of a joiner's process,
gRPC included. Both match only: they count nothing, know no duplicate that comes after its flow ended, no expiry as a
result, and no end that came first."""

import os
import pwd
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from load import run_load
from processes import Server, cluster, cpu_seconds, free_ports, server
from programs import Bench, Void, interleaved, median
from rows import Row

ROWS = ("against_redis", "against_redis_1s", "against_postgresql")
UNPRIVILEGED = "nobody"


def installed(program: str) -> bool:
    return program != "" and shutil.which(program) is not None


@contextmanager
def redis(bench: Bench, fsync: str):
    """A Redis that keeps its data in an append-only file."""
    (port,) = free_ports(1)
    with bench.folder() as folder:
        socket = folder / "redis.sock"
        command = ["redis-server", "--port", port, "--bind", "127.0.0.1", "--unixsocket", socket, "--dir", folder,
                   "--save", "", "--appendonly", "yes", "--appendfsync", fsync]
        with server(bench, "redis", folder, command, port) as one:
            yield one, socket


def as_nobody(command: list[object]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    prefix = ["runuser", "-u", UNPRIVILEGED, "--"] if os.geteuid() == 0 else []
    return prefix + list(map(str, command))


def postgresql_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return found[-1].parent if found else None


class PostgreSql(Server):
    @property
    def cpu(self) -> float:
        """Of the server and all processes that it made."""
        return sum(map(cpu_seconds_or_none, descendants(self.process.pid)))


def cpu_seconds_or_none(process: int) -> float:
    try:
        return cpu_seconds(process)
    except FileNotFoundError:  # it ended meanwhile: its parent has its time
        return 0


def descendants(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found = [root]
    for process in found:
        found += children.get(process, [])
    return found


@contextmanager
def postgresql(bench: Bench):
    programs = postgresql_programs()
    (port,) = free_ports(1)
    with bench.folder() as folder:
        if os.geteuid() == 0:
            account = pwd.getpwnam(UNPRIVILEGED)
            os.chown(folder, account.pw_uid, account.pw_gid)
            bench.scratch.chmod(0o755)
        data = folder / "data"
        made = subprocess.run(as_nobody([programs / "initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8"]),
                              capture_output=True, text=True, check=False, cwd="/")
        if made.returncode != 0:
            raise Void(f"initdb failed: {made.stderr[-300:]}")
        # One commit, one fsync, as a joiner; room enough that checkpoints do not come early.
        settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "fsync": "on",
                    "synchronous_commit": "on", "shared_buffers": "512MB", "max_wal_size": "4GB"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = as_nobody([programs / "postgres", "-D", data, *options])
        # It listens before it takes connections.
        is_ready = [str(programs / "pg_isready"), "--host=127.0.0.1", f"--port={port}", "--quiet"]
        with server(bench, "postgresql", folder, command, port) as one:
            one.wait_until(lambda: subprocess.run(is_ready, check=False).returncode == 0)
            yield PostgreSql(one.name, one.process, one.log), f"host=127.0.0.1 port={port} user=bench dbname=postgres"


class Peers:
    def __init__(self, bench: Bench, wanted: set[str]):
        self.bench = bench
        self.wanted = wanted

    def joiner(self) -> dict[str, float]:
        with cluster(self.bench) as made:
            found = run_load(self.bench, made.joiners, "--target", made.target, "--seconds", self.bench.amount(20, 5))
            return found | {"flows": found["events"] * found["flows_in_all"] / found["events_in_all"],
                            "server_cpu_seconds": found["joiner-0_cpu_seconds"]}

    def redis(self, fsync: str) -> dict[str, float]:
        with redis(self.bench, fsync) as (one, socket):
            found = run_load(self.bench, [one], "--socket", socket, "--flows", self.bench.amount(2_000_000, 300_000),
                             program="oneway-bench-redis")
        return found | {"server_cpu_seconds": found["redis_cpu_seconds"]}

    def postgresql(self) -> dict[str, float]:
        with postgresql(self.bench) as (one, connection):
            found = run_load(self.bench, [one], "--connection", connection,
                             "--flows", self.bench.amount(500_000, 50_000), program="oneway-bench-postgresql")
        return found | {"server_cpu_seconds": found["postgresql_cpu_seconds"]}

    def measure(self) -> list[Row]:
        plan = {}
        absent = []
        has_redis = installed("redis-server") and self.bench.program("oneway-bench-redis").exists()
        has_postgresql = postgresql_programs() is not None and self.bench.program("oneway-bench-postgresql").exists()
        for name, present, run in (("against_redis", has_redis, lambda: self.redis("always")),
                                   ("against_redis_1s", has_redis, lambda: self.redis("everysec")),
                                   ("against_postgresql", has_postgresql, self.postgresql)):
            if name in self.wanted and present:
                plan[name] = run
            elif name in self.wanted:
                absent.append(Row(name, 0, "", void="not installed: ./run deps --bench"))
        if not plan:
            return absent
        found = interleaved(self.bench.rounds(3, 1), plan | {"joiner": self.joiner})
        return [self.row(name, found[name], found["joiner"]) for name in plan] + absent

    def row(self, name: str, peer: list[dict[str, float]], joiner: list[dict[str, float]]) -> Row:
        speed, own = (median(runs, lambda one: one["flows"] / one["server_cpu_seconds"]) for runs in (peer, joiner))
        against = {"against_redis": "Redis, AOF always", "against_redis_1s": "Redis, AOF everysec"}.get(name, "PostgreSQL")
        cpu = median(peer, lambda one: one["server_cpu_seconds"])
        wall = median(peer, lambda one: one["wall_seconds"])
        return Row(name, own, "flows/CPU-s", own / speed, against,
                   f"the peer: {speed:,.0f} flows/CPU-s, server {cpu:.2f} s, wall {wall:.1f} s")


def measure(bench: Bench, wanted: set[str]) -> list[Row]:
    return Peers(bench, wanted).measure()
