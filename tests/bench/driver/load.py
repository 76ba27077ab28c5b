# SPDX-License-Identifier: Apache-2.0
"""Runs the load generator and looks at the clocks of the servers when it says so."""

import json
import subprocess
import time

from programs import RUN_SECONDS_MAX, Bench, Void, reason_of
from processes import Server


def run_load(bench: Bench, servers: list[Server], *arguments: object, program: str = "oneway-bench-load",
             until_quiet: bool = False) -> dict[str, float]:
    """What the generator found, with `<name>_cpu_seconds` of each server in the time that was measured; `until_quiet`:
    and until the server has done what it had put off."""
    command = [str(bench.program(program)), *map(str, arguments)]
    bench.log(" ".join(command))
    began = time.monotonic()
    cpu: dict[str, float] = {}
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            last = line.strip()
            if last in ("measuring", "measured"):
                sign = 1 if last == "measured" else -1
                for server in servers:
                    if until_quiet and last == "measured":
                        server.wait_until_quiet()
                    cpu[server.name] = cpu.get(server.name, 0) + sign * server.cpu
            if time.monotonic() - began > RUN_SECONDS_MAX:
                process.kill()
        errors = process.stderr.read().strip()
    if process.returncode != 0:
        raise Void(f"the load failed: {reason_of(errors)}")
    return json.loads(last) | {f"{name}_cpu_seconds": seconds for name, seconds in cpu.items()}
