# SPDX-License-Identifier: Apache-2.0
"""Processes that are measured: started on free ports, with data in a temporary folder, and ended with their bench."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from programs import Bench, Void

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support/process"))
from ports import free_ports  # noqa: E402

READY_SECONDS_MAX = 60
END_SECONDS_MAX = 60
QUIET_SECONDS_MAX = 120
# Of a core, over a second: more than an idle server takes, and less than one that flushes, compacts or writes anew.
QUIET_SHARE = 0.05
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_seconds(process_id: int) -> float:
    """User and system time of a process and of its children that have ended."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / TICKS_PER_SECOND


def written_bytes(process_id: int) -> int:
    """What a process had written to the disk so far."""
    lines = Path(f"/proc/{process_id}/io").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))


def resident_bytes(process_id: int) -> int:
    lines = Path(f"/proc/{process_id}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) * 1024


@dataclass
class Server:
    """A process that serves until it is stopped."""

    name: str
    process: subprocess.Popen
    log: Path

    @property
    def cpu(self) -> float:
        return cpu_seconds(self.process.pid)

    def wait_until_listens(self, port: int) -> None:
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            try:
                # connect() itself waits; a refusal comes at once, and then the end of the process is waited for instead.
                with socket.create_connection(("127.0.0.1", port), timeout=1):
                    return
            except OSError:
                if self.has_ended_within(0.05):
                    break
        raise Void(f"{self.name} does not serve: {self.log.read_text()[-300:]}")

    def wait_until_ready(self, http_port: int) -> None:
        """Of a partitioner or a joiner, which listen before they serve."""

        def is_ready() -> bool:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{http_port}/readyz", timeout=1):
                    return True
            except OSError:  # refused, or 503
                return False

        self.wait_until(is_ready)

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline and not self.has_ended_within(0.05):
            if is_ready():
                return
        raise Void(f"{self.name} is not ready: {self.log.read_text()[-300:]}")

    def wait_until_quiet(self) -> None:
        """Until it is idle: then its CPU time has the work that it had put off, too."""
        deadline = time.monotonic() + QUIET_SECONDS_MAX
        before = self.cpu
        while time.monotonic() < deadline and not self.has_ended_within(1):
            now = self.cpu
            if now - before < QUIET_SHARE:
                return
            before = now
        raise Void(f"{self.name} does not come to rest: {self.log.read_text()[-300:]}")

    def has_ended_within(self, seconds: float) -> bool:
        try:
            self.process.wait(seconds)
            return True
        except subprocess.TimeoutExpired:
            return False

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            if not self.has_ended_within(END_SECONDS_MAX):
                self.process.kill()
                self.process.wait()


@contextmanager
def server(bench: Bench, name: str, folder: Path, command: list[object], port: int, environment=None):
    log = folder / f"{name}.log"
    words = list(map(str, command))
    bench.log(" ".join(words))
    with log.open("a") as output:
        process = subprocess.Popen(words, stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=environment)
    started = Server(name, process, log)
    try:
        started.wait_until_listens(port)
        yield started
    finally:
        started.stop()


@dataclass
class Cluster:
    """Joiners and a partitioner, as they are installed."""

    folder: Path
    joiners: list[Server] = field(default_factory=list)
    joiner_http_ports: list[int] = field(default_factory=list)
    partitioner: Server | None = None
    target: str = ""


CONFIG = """cluster:
  seed: 0x5eed
  joiners:
{joiners}
flow_defaults:
  labels: [app, region]
{flow_defaults}
"""


@contextmanager
def cluster(bench: Bench, joiners: int = 1, flow_defaults: str = "", joiner_flags: tuple = ()):
    """A fresh cluster. `flow_defaults`: further lines of that section."""
    ports = free_ports(2 * joiners + 2)
    with bench.folder() as folder, ExitStack() as stack:
        listed = "\n".join(f"    - {{name: joiner-{i}, address: 127.0.0.1:{ports[2 * i]}}}" for i in range(joiners))
        config = folder / "oneway.yaml"
        config.write_text(CONFIG.format(joiners=listed, flow_defaults=flow_defaults))
        made = Cluster(folder, target=f"127.0.0.1:{ports[-2]}", joiner_http_ports=ports[1:2 * joiners:2])
        for i in range(joiners):
            command = [bench.program("oneway-joiner"), "--config", config, "--name", f"joiner-{i}",
                       "--data", folder / f"joiner-{i}", "--http-listen", f"127.0.0.1:{ports[2 * i + 1]}",
                       "--memory-max", "12GiB", *joiner_flags]
            made.joiners.append(stack.enter_context(server(bench, f"joiner-{i}", folder, command, ports[2 * i])))
        command = [bench.program("oneway-partitioner"), "--config", config, "--listen", made.target,
                   "--http-listen", f"127.0.0.1:{ports[-1]}"]
        made.partitioner = stack.enter_context(server(bench, "partitioner", folder, command, ports[-2]))
        made.partitioner.wait_until_ready(ports[-1])  # which it is once all its joiners are
        yield made
