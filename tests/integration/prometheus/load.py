# SPDX-License-Identifier: Apache-2.0
"""What the test sends, and what has to come of it."""

import json
import math
import random
import time
from dataclasses import dataclass, field

OBJECTIVE_NANOS = 5_000_000_000
FLOWS = """flow_defaults:
  late_window: 1m
flows:
  - {name: push, objective: {under: 5s, target: 99%}, exemplars: key}
  - {name: hidden, keys: hashed, exemplars: hash}
  - {name: lost, ttl: 1s, arrival_grace: 0s, objective: {under: 1s, target: 99%}}
  - {name: orphans, retry_window: 10s}
  - {name: waiting}
"""


@dataclass
class Sent:
    """Kept exactly, by key."""

    push: dict[str, int] = field(default_factory=dict)  # latencies that are not negative, nanoseconds
    hidden: dict[str, int] = field(default_factory=dict)
    negative: int = 0
    lost: int = 0
    orphans: int = 0
    waiting: int = 0

    def good(self) -> int:
        return sum(latency <= OBJECTIVE_NANOS for latency in self.push.values())

    def p99_seconds(self) -> float:
        """By nearest rank."""
        ordered = sorted(self.push.values())
        return ordered[math.ceil(0.99 * len(ordered)) - 1] / 1e9

    def sum_seconds(self) -> float:
        return sum(self.push.values()) / 1e9

    def count_within(self, left: float, right: float) -> int:
        return sum(left < latency / 1e9 <= right for latency in self.push.values())


class Load:
    """Rounds of events, as lines for `oneway send`."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.sent = Sent()
        self.keys = 0

    def round(self, flows: int) -> str:
        """`flows` of push, and a tenth as many of each other kind."""
        lines = []
        for _ in range(flows):
            self._pair(lines, "push", self.sent.push)
        for _ in range(flows // 10):
            self._pair(lines, "hidden", self.sent.hidden)
            key, now = self._key(), time.time_ns()
            lines += [line("push", key, "start", now), line("push", key, "end", now - 20_000_000)]
            self.sent.negative += 1
            lines.append(line("lost", self._key(), "start", now - 30_000_000_000))
            self.sent.lost += 1
            lines.append(line("orphans", self._key(), "end"))
            self.sent.orphans += 1
            lines.append(line("waiting", self._key(), "start", now))
            self.sent.waiting += 1
        return "".join(lines)

    def _key(self) -> str:
        self.keys += 1
        return f"key-{self.keys}"

    def _pair(self, lines: list[str], flow: str, sent: dict[str, int]) -> None:
        """From 2 ms to 40 s, each doubling as often as another."""
        latency = int(2e6 * 2 ** self.random.uniform(0, 14.3))
        start = time.time_ns() - 60_000_000_000
        key = self._key()
        lines += [line(flow, key, "start", start), line(flow, key, "end", start + latency)]
        sent[key] = latency


def line(flow: str, key: str, kind: str, at: int | None = None) -> str:
    event = {"flow": flow, "key": key, "kind": kind}
    if at is not None:
        event["time"] = at
    return json.dumps(event) + "\n"
