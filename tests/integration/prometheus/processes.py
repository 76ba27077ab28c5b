# SPDX-License-Identifier: Apache-2.0
"""Real processes on free ports of loopback, with data in a temporary folder: a cluster of Oneway, and Prometheus."""

import json
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DEPLOYED = ROOT / "deploy" / "prometheus"
READY_SECONDS_MAX = 60
END_SECONDS_MAX = 60
LOOK_SECONDS = 0.1


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def program(name: str) -> str:
    """Of Debian's Prometheus."""
    found = shutil.which(name)
    if found is None:
        raise AssertionError(f"{name} is not installed: it is one of the tests' packages; run ./run deps")
    return found


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
        listed = "\n".join(f"    - {{name: joiner-{i}, address: 127.0.0.1:{grpc}}}" for i, (grpc, _) in
                           enumerate(self.joiners))
        self.config = folder / "oneway.yaml"
        self.config.write_text(f"cluster:\n  seed: 0x5eed\n  joiners:\n{listed}\n{flows}")

    @contextmanager
    def running(self):
        with ExitStack() as stack:
            for i, (_, http) in enumerate(self.joiners):
                # Expiry waits for less after a start than in earnest.
                command = [self.programs / "joiner/oneway-joiner", "--config", self.config, "--name", f"joiner-{i}",
                           "--data", self.folder / f"joiner-{i}", "--http-listen", f"127.0.0.1:{http}",
                           "--stall-hold", "1s"]
                self._start(stack, f"joiner-{i}", command, http)
            for i, (grpc, http) in enumerate(self.partitioners):
                command = [self.programs / "partitioner/oneway-partitioner", "--config", self.config, "--name",
                           f"partitioner-{i}", "--listen", f"127.0.0.1:{grpc}", "--http-listen", f"127.0.0.1:{http}"]
                self._start(stack, f"partitioner-{i}", command, http)
            yield self

    def _start(self, stack: ExitStack, name: str, command: list[object], http: int) -> None:
        process = stack.enter_context(running(name, command, self.folder))
        process.until(lambda: get(f"http://127.0.0.1:{http}/readyz"), f"{name} serves")

    def tool(self, *words: str, lines: str | None = None, partitioner: int = 0) -> str:
        """What `oneway` says; it has to succeed."""
        server = f"127.0.0.1:{self.partitioners[partitioner][0]}"
        done = subprocess.run([self.programs / "cli/oneway", "--server", server, *words], input=lines, text=True,
                              capture_output=True, timeout=120)
        assert done.returncode == 0, f"oneway {' '.join(words)}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout


class Prometheus:
    """Debian's Prometheus with the configuration that is shipped, but for addresses and times."""

    def __init__(self, name: str, cluster: Cluster, features: str):
        self.name = name
        self.folder = cluster.folder / name
        self.folder.mkdir()
        self.port = free_ports(1)[0]
        text = (DEPLOYED / "prometheus.yml").read_text()
        for shipped, processes in (("127.0.0.1:7201", cluster.joiners), ("127.0.0.1:7101", cluster.partitioners)):
            addresses = "', '".join(f"127.0.0.1:{http}" for _, http in processes)
            assert text.count(shipped) == 1
            text = text.replace(shipped, addresses)
        text = re.sub(r"_interval: 15s", "_interval: 1s", text)
        shutil.copy(DEPLOYED / "oneway.rules.yml", self.folder)
        (self.folder / "prometheus.yml").write_text(text)
        self.command = [program("prometheus"), f"--config.file={self.folder}/prometheus.yml",
                        f"--storage.tsdb.path={self.folder}/data", f"--web.listen-address=127.0.0.1:{self.port}",
                        "--log.level=warn", f"--enable-feature={features}"]
        self.process: Process | None = None

    @contextmanager
    def running(self):
        with running(self.name, self.command, self.folder) as self.process:
            self.process.until(lambda: get(f"http://127.0.0.1:{self.port}/-/ready"), "Prometheus is ready")
            yield self

    def api(self, path: str, **parameters: str):
        """`data` of an answer; an error is one of the test."""
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{self.name}: {path} {parameters}: {error.read().decode()}") from error

    def query(self, expression: str) -> list[dict]:
        data = self.api("query", query=expression)
        if data["resultType"] == "scalar":
            return [{"metric": {}, "value": data["result"]}]
        return data["result"]

    def by_flow(self, expression: str) -> dict[str, float]:
        return {sample["metric"]["flow"]: float(sample["value"][1]) for sample in self.query(expression)}

    def one(self, expression: str) -> float:
        (sample,) = self.query(expression)
        return float(sample["value"][1])
