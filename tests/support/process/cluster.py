# SPDX-License-Identifier: Apache-2.0
"""Real processes on free ports of loopback, with data in a temporary folder: a cluster of Oneway, for tests in Python."""

import subprocess
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from ports import free_ports

READY_SECONDS_MAX = 60
END_SECONDS_MAX = 60
LOOK_SECONDS = 0.1


class Process:
    """A process that serves until it is stopped."""

    def __init__(self, name: str, command: list[object], log: Path):
        self.name = name
        self.log = log
        with log.open("a") as output:
            self.process = subprocess.Popen(list(map(str, command)), stdout=output, stderr=output, stdin=subprocess.DEVNULL)

    def until(self, holds, what: str, seconds: float = READY_SECONDS_MAX):
        """Waits until `holds` returns something true, and returns that. The time between two looks is spent on waiting
        for the end of the process, which is a failure."""
        deadline = time.monotonic() + seconds
        while not (found := holds()):
            if time.monotonic() > deadline:
                raise AssertionError(f"{what}: not within {seconds} s; log of {self.name}:\n{self.tail()}")
            try:
                self.process.wait(LOOK_SECONDS)
                raise AssertionError(f"{self.name} has ended; its log:\n{self.tail()}")
            except subprocess.TimeoutExpired:
                pass
        return found

    def tail(self) -> str:
        return self.log.read_text()[-3000:]

    def kill(self) -> None:
        """SIGKILL, as after a crash."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(END_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running(name: str, command: list[object], folder: Path):
    process = Process(name, command, folder / f"{name}.log")
    try:
        yield process
    finally:
        process.stop()


def get(url: str, accept: str | None = None) -> bytes | None:
    """None: nobody answers there, or not with 200."""
    request = urllib.request.Request(url, headers={"Accept": accept} if accept else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()
    except OSError:
        return None


class Cluster:
    """Joiners and partitioners; `programs` is the folder of a build."""

    def __init__(self, programs: Path, folder: Path, flows: str, joiners: int = 2, partitioners: int = 2):
        self.programs = programs
        self.folder = folder
        ports = free_ports(2 * (joiners + partitioners))
        self.joiners = [(ports.pop(), ports.pop()) for _ in range(joiners)]  # gRPC, HTTP
        self.partitioners = [(ports.pop(), ports.pop()) for _ in range(partitioners)]
        self.processes: dict[str, Process] = {}  # by name, as `joiner-0`; in the order of their starts
        listed = "\n".join(f"    - {{name: joiner-{i}, address: 127.0.0.1:{grpc}}}" for i, (grpc, _) in
                           enumerate(self.joiners))
        self.config = folder / "oneway.yaml"
        self.config.write_text(f"cluster:\n  seed: 0x5eed\n  joiners:\n{listed}\n{flows}")

    @contextmanager
    def running(self):
        """Those who run at the end are ended."""
        try:
            for i in range(len(self.joiners)):
                self.start_joiner(i)
            for i in range(len(self.partitioners)):
                self.start_partitioner(i)
            yield self
        finally:
            for process in reversed(self.processes.values()):
                process.stop()

    def start_joiner(self, i: int) -> None:
        """Also anew, on its folder, once the one before has ended."""
        http = self.joiners[i][1]
        # Expiry waits for less after a start than in earnest.
        self._start(f"joiner-{i}", http, [self.programs / "joiner/oneway-joiner", "--config", self.config, "--name",
                                          f"joiner-{i}", "--data", self.folder / f"joiner-{i}", "--http-listen",
                                          f"127.0.0.1:{http}", "--stall-hold", "1s", "--shards", 2])

    def start_partitioner(self, i: int) -> None:
        """Also anew, at its ports, once the one before has ended."""
        http = self.partitioners[i][1]
        self._start(f"partitioner-{i}", http, [self.programs / "partitioner/oneway-partitioner", "--config", self.config,
                                               "--name", f"partitioner-{i}", "--listen", self.server(i),
                                               "--http-listen", f"127.0.0.1:{http}"])

    def _start(self, name: str, http: int, command: list[object]) -> None:
        self.processes[name] = Process(name, command, self.folder / f"{name}.log")
        self.processes[name].until(lambda: get(f"http://127.0.0.1:{http}/readyz"), f"{name} serves")

    def server(self, partitioner: int = 0) -> str:
        """Where it answers queries."""
        return f"127.0.0.1:{self.partitioners[partitioner][0]}"

    def tool(self, *words: str, lines: str | None = None, partitioner: int = 0) -> str:
        """What `oneway` says; it has to succeed."""
        server = self.server(partitioner)
        done = subprocess.run([self.programs / "cli/oneway", "--server", server, *words], input=lines, text=True,
                              capture_output=True, timeout=120)
        assert done.returncode == 0, f"oneway {' '.join(words)}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout
