# SPDX-License-Identifier: Apache-2.0
"""The same events, and as many of them, on Redis and PostgreSQL: flows per CPU-second of the server, against those of a
joiner's process, gRPC included, until each has done what it put off. The peers match only: they count nothing, know no
duplicate that comes after its flow ended, no expiry as a result, and no end that came first."""

import os
import pwd
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from load import run_load
from parts import metrics
from processes import Server, cluster, cpu_seconds, free_ports, server
from programs import Bench, Void, interleaved_apart, median
from rows import Row

ROWS = ("against_redis", "against_redis_1s", "against_postgresql")
UNPRIVILEGED = "nobody"
# By the events' own times, so that as many keys are open at once on all sides: about what a joiner takes here.
FLOWS_PER_SECOND = 350_000
# What a joiner's client leaves unanswered: two streams, 64 batches in each. Redis may put as much behind one fsync.
BATCH_EVENTS = 512
UNANSWERED_EVENTS = 2 * 64 * BATCH_EVENTS


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
            yield ServerOfProcesses(one.name, one.process, one.log), socket


def as_nobody(command: list[object]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    prefix = ["runuser", "-u", UNPRIVILEGED, "--"] if os.geteuid() == 0 else []
    return prefix + list(map(str, command))


def postgresql_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return found[-1].parent if found else None


class ServerOfProcesses(Server):
    @property
    def cpu(self) -> float:
        """Of the server and all processes that it made: PostgreSQL's workers, Redis' child that writes its file anew."""
        return sum(map(cpu_seconds_or_none, descendants(self.process.pid)))


def cpu_seconds_or_none(process: int) -> float:
    try:
        return cpu_seconds(process)
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile: its parent has its time
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
        # One commit, one fsync, as a joiner. Memory and room for its log as usual on a machine of this size, so that
        # checkpoints do not come early; checkpoints, vacuum and all else by default.
        settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "fsync": "on",
                    "synchronous_commit": "on", "shared_buffers": "512MB", "max_wal_size": "4GB"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = as_nobody([programs / "postgres", "-D", data, *options])
        # It listens before it takes connections.
        is_ready = [str(programs / "pg_isready"), "--host=127.0.0.1", f"--port={port}", "--quiet"]
        with server(bench, "postgresql", folder, command, port) as one:
            one.wait_until(lambda: subprocess.run(is_ready, check=False).returncode == 0)
            yield ServerOfProcesses(one.name, one.process, one.log), f"host=127.0.0.1 port={port} user=bench dbname=postgres"


class Peers:
    def __init__(self, bench: Bench, wanted: set[str]):
        self.bench = bench
        self.wanted = wanted
        self.commit_events: int | None = None  # of a commit of the joiner's last run, so behind each fsync

    def load(self, one: Server, *arguments: object, program: str) -> dict[str, float]:
        """As many flows for each, from the first event until the server is idle again."""
        found = run_load(self.bench, [one], *arguments, "--flows", self.bench.amount(4_000_000, 2_000_000),
                         "--flows-per-second", FLOWS_PER_SECOND, program=program, until_quiet=True)
        return found | {"server_cpu_seconds": found[f"{one.name}_cpu_seconds"]}

    def joiner(self) -> dict[str, float]:
        with cluster(self.bench) as made:
            found = self.load(made.joiners[0], "--target", made.target, program="oneway-bench-load")
            commits = metrics(made.joiner_http_ports[0])["oneway_commits_total"]
        self.commit_events = round(found["events"] / commits)
        return found

    def redis(self, fsync: str) -> dict[str, float]:
        with redis(self.bench, fsync) as (one, socket):
            return self.load(one, "--socket", socket, "--batch", BATCH_EVENTS, "--connections",
                             UNANSWERED_EVENTS // BATCH_EVENTS, program="oneway-bench-redis")

    def postgresql(self) -> dict[str, float]:
        if self.commit_events is None:
            raise Void("no joiner to sync as often as")
        with postgresql(self.bench) as (one, connection):
            return self.load(one, "--connection", connection, "--batch", self.commit_events,
                             program="oneway-bench-postgresql") | {"transaction_events": self.commit_events}

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
        found, voids = interleaved_apart(self.bench.rounds(3, 1), {"joiner": self.joiner} | plan)
        if "joiner" in voids:
            raise Void(voids["joiner"])
        return [Row(name, 0, "", void=voids[name]) if name in voids else self.row(name, found[name], found["joiner"])
                for name in plan] + absent

    def row(self, name: str, peer: list[dict[str, float]], joiner: list[dict[str, float]]) -> Row:
        speed, own = (median(runs, lambda one: one["flows"] / one["server_cpu_seconds"]) for runs in (peer, joiner))
        against = {"against_redis": "Redis, AOF always", "against_redis_1s": "Redis, AOF everysec"}.get(name, "PostgreSQL")
        cpu = median(peer, lambda one: one["server_cpu_seconds"])
        wall = median(peer, lambda one: one["wall_seconds"])
        batch = ""
        if name == "against_postgresql":
            batch = f", {median(peer, lambda one: one['transaction_events']):,.0f} events a transaction"
        return Row(name, own, "flows/CPU-s", own / speed, against,
                   f"the peer: {speed:,.0f} flows/CPU-s, server {cpu:.2f} s, wall {wall:.1f} s{batch}")


def measure(bench: Bench, wanted: set[str]) -> list[Row]:
    return Peers(bench, wanted).measure()
