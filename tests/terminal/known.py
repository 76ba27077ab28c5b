# SPDX-License-Identifier: Apache-2.0
"""What the cluster is told, and what a terminal then has to show."""

import json
import re
import time

SECOND = 1_000_000_000
TENANTS = 40
FLOWS = """flow_defaults:
  ttl: 3h
  retry_window: 2h
flows:
  - {name: lost, ttl: 1s, arrival_grace: 0s}
  - {name: order, objective: {under: 1s, target: 99%}}
  - {name: push, objective: {under: 3s, target: 99%}}
"""

# Times of day, ports, and how long keys have been open are masked; all else is what was sent.
WHOLE_SCREEN = """\
oneway top  SERVER  2 of 2 joiners  balance ok  window 1h  TIME
flow       started/s  matched/s  open  oldest  overdue v    p50    p99    max  expired
push             0.0        0.0     3     AGE          3  500ms  1.99s     2s        0
order            0.0        0.0     1     AGE          1  250ms  250ms  250ms        0
lost             0.0        0.0     0       -          0      -      -      -        4
task             0.0        0.0     2     AGE          0    40s    40s    40s        0
tenant-01        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-02        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-03        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-04        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-05        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-06        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-07        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-08        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-09        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-10        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-11        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-12        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-13        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-14        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-15        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-16        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-17        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-18        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-19        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-20        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-21        0.0        0.0     0       -          0     2s     2s     2s        0
tenant-22        0.0        0.0     0       -          0     2s     2s     2s        0
flows 1 to 26 of 44  ? help  / filter  < > sort  w window  q quit
"""

SMALL_SCREEN = """\
oneway top  SERVER  2 of 2 joiners (cut)
flow       open  oldest  overdue v    p99  expired
push          3     AGE          3  1.99s        0
order         1     AGE          1  250ms        0
lost          0       -          0      -        4
task          2     AGE          0    40s        0
tenant-01     0       -          0     2s        0
tenant-02     0       -          0     2s        0
flows 1 to 6 of 44  ? help  / filter  < > sort  w w
"""


def masked(screen: str) -> str:
    text = re.sub(r"127\.0\.0\.1:\d+", "SERVER", screen)
    text = re.sub(r"\b\d\d:\d\d:\d\d\b", "TIME", text)
    # A title that is cut ends where it does by the length of the port.
    text = re.sub(r"(?m)^(oneway top  SERVER  2 of 2 joiners)(?!.*TIME$).*$", r"\1 (cut)", text)
    # An age in its column, with as many characters as before.
    text = re.sub(r"\d+m\d\ds", lambda age: "AGE".rjust(len(age.group())), text)
    return text.rstrip("\n") + "\n"


def pairs(flow: str, count: int, latency: float, started_at: int) -> list[dict]:
    events = []
    for number in range(count):
        key = {"flow": flow, "key": f"{flow}-{latency}-{number}"}
        events.append({**key, "kind": "start", "time": started_at})
        events.append({**key, "kind": "end", "time": started_at + int(latency * SECOND)})
    return events


def starts(flow: str, count: int, started_at: int) -> list[dict]:
    return [{"flow": flow, "key": f"{flow}-open-{number}", "kind": "start", "time": started_at} for number in range(count)]


def known_events() -> str:
    """All that the cluster knows."""
    now = time.time_ns()
    # Ends lie in the last hour whenever the test runs; ages are told with minutes, and have six characters.
    events = pairs("push", 198, 0.5, now - 120 * SECOND) + pairs("push", 12, 2, now - 120 * SECOND)
    events += starts("push", 3, now - 700 * SECOND) + starts("order", 1, now - 1200 * SECOND)
    events += pairs("order", 20, 0.25, now - 60 * SECOND) + starts("task", 2, now - 600 * SECOND)
    events += pairs("task", 5, 40, now - 90 * SECOND) + starts("lost", 4, now - 30 * SECOND)
    for tenant in range(1, TENANTS + 1):
        events += pairs(f"tenant-{tenant:02}", 1, 2, now - 100 * SECOND)
    return "".join(json.dumps(event) + "\n" for event in events)
