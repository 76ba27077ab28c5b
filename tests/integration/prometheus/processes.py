# SPDX-License-Identifier: Apache-2.0
"""Prometheus for a cluster of Oneway: a real one, on a free port of loopback, with data in a temporary folder."""

import json
import re
import shutil
import sys
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DEPLOYED = ROOT / "deploy" / "prometheus"
sys.path.insert(0, str(ROOT / "tests/support/process"))
from cluster import Cluster, Process, get, running
from ports import free_ports


def program(name: str) -> str:
    """Of Debian's Prometheus."""
    found = shutil.which(name)
    if found is None:
        raise AssertionError(f"{name} is not installed: it is one of the tests' packages; run ./run deps")
    return found


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
