# SPDX-License-Identifier: Apache-2.0
"""Rows of the benchmark, as a table for people and as JSON lines for programs."""

import json
from dataclasses import dataclass


@dataclass
class Row:
    name: str
    value: float
    unit: str
    ratio: float | None = None  # of `value` to what `against` names, measured in the same run
    against: str = ""
    cost: str = ""  # CPU-seconds by process beside wall time
    void: str = ""  # why the figure says nothing

    def as_json(self) -> str:
        fields = {"name": self.name, "value": self.value, "unit": self.unit, "ratio": self.ratio, "against": self.against}
        if self.void:
            fields["void"] = self.void
        return json.dumps(fields)


def number(value: float) -> str:
    """Three significant digits, thousands apart."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def heading() -> str:
    return f"{'row':<21} {'figure':>12} {'unit':<17} {'ratio':>7} {'against':<22} CPU and wall time"


def line(row: Row) -> str:
    if row.void:
        return f"{row.name:<21} {'void':>12} {row.void}"
    ratio = "" if row.ratio is None else f"{row.ratio:.3g}"
    return f"{row.name:<21} {number(row.value):>12} {row.unit:<17} {ratio:>7} {row.against:<22} {row.cost}"
