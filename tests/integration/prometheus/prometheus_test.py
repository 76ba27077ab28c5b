#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Concern: what Debian's Prometheus stores of a real cluster is what was sent, and the shipped rules and dashboard have
data. One Prometheus with native histograms, one with classic ones; both with the shipped configuration.

Usage: prometheus_test.py BUILD_FOLDER
"""

import json
import math
import re
import subprocess
import sys
import tempfile
import unittest
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from load import FLOWS, Load
from processes import DEPLOYED, ROOT, Prometheus, program

from cluster import Cluster, get

SEED = 20261126
FLOWS_A_ROUND = 2000
PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
DASHBOARD = ROOT / "deploy/grafana/oneway.json"
# Classic histograms have no such form; and where they are stored there is no native one.
NATIVE_PANELS = {"Latency"}

programs = Path()


def promtool(*words: str) -> str:
    done = subprocess.run([program("promtool"), *words], cwd=DEPLOYED, text=True, capture_output=True, timeout=300)
    assert done.returncode == 0, f"promtool {' '.join(words)}\n{done.stdout}{done.stderr}"
    return done.stdout


def metrics_in(expression: str) -> set[str]:
    return set(re.findall(r"(?:flow:)?oneway_[a-z_]+(?::\w+)?|\bup\b", expression))


class ShippedFilesTest(unittest.TestCase):
    def test_promtool_finds_no_mistake_and_every_alert_fires_when_it_should(self):
        self.assertIn("34 rules found", promtool("check", "rules", "oneway.rules.yml"))
        promtool("check", "config", "prometheus.yml")
        promtool("test", "rules", "oneway.rules.test.yml", "oneway.rules.days.test.yml")

    def test_every_alert_is_tested_firing_and_has_a_section_in_the_runbook(self):
        rules = (DEPLOYED / "oneway.rules.yml").read_text()
        tests = "".join((DEPLOYED / name).read_text() for name in ("oneway.rules.test.yml", "oneway.rules.days.test.yml"))
        alerts = re.findall(r"- alert: (\w+)", rules)
        self.assertGreaterEqual(len(alerts), 10)
        sections = {heading.lower() for heading in re.findall(r"^## (\w+)$", (ROOT / "docs/runbook.md").read_text(), re.M)}
        self.assertEqual(sections, {alert.lower() for alert in alerts})
        for alert in alerts:
            self.assertIn(f"runbook_url: docs/runbook.md#{alert.lower()}\n", rules)
            self.assertRegex(tests, rf"alertname: {alert}\n +exp_alerts:\n +- exp_labels")


class PrometheusTest(unittest.TestCase):
    """One cluster and one load for all of it."""

    @classmethod
    def setUpClass(cls):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oneway-prometheus-")))
            cls.cluster = Cluster(programs, folder, FLOWS)
            stack.enter_context(cls.cluster.running())
            cls.native = Prometheus("native", cls.cluster, "native-histograms,exemplar-storage")
            cls.classic = Prometheus("classic", cls.cluster, "exemplar-storage")
            for prometheus in (cls.native, cls.classic):
                stack.enter_context(prometheus.running())
            cls.send()
            cls.addClassCleanup(stack.pop_all().close)

    @classmethod
    def send(cls):
        """In rounds that Prometheus sees one after the other, or no rate would have anything to show."""
        load = Load(SEED)
        for number in range(3):
            cls.cluster.tool("send", "-", lines=load.round(FLOWS_A_ROUND), partitioner=number % 2)
            cls.wait_until_seen("matched", len(load.sent.push) + len(load.sent.hidden) + load.sent.negative)
            cls.wait_until_seen("expired", load.sent.lost)
        cls.wait_until_seen("orphan", load.sent.orphans)
        cls.sent = load.sent
        # Rules have to see it too.
        for prometheus in (cls.native, cls.classic):
            prometheus.process.until(lambda: prometheus.query('flow:oneway_latency_seconds:p99_5m{flow="push"} > 0'),
                                     f"the rules of {prometheus.name} are evaluated")

    @classmethod
    def wait_until_seen(cls, counter: str, count: int):
        for prometheus in (cls.native, cls.classic):
            prometheus.process.until(lambda: prometheus.query(f"sum(oneway_{counter}_total) == {count}"),
                                     f"{prometheus.name} sees {count} {counter}")

    def each(self):
        for prometheus in (self.native, self.classic):
            with self.subTest(prometheus.name):
                yield prometheus

    def test_counts_are_those_of_the_balance(self):
        balance = json.loads(self.cluster.tool("balance", "--json"))
        self.assertEqual(balance["unexplained"], 0)
        self.assertEqual(balance["open"], self.sent.waiting)
        for prometheus in self.each():
            for name in ("started_total", "matched_total", "expired_total", "superseded_total", "open"):
                counted = prometheus.by_flow(f"sum by (flow) (oneway_{name})")
                told = {flow["flow"]: flow[name.removesuffix("_total")] for flow in balance["flows"]}
                self.assertEqual(counted, told, name)
            self.assertEqual(prometheus.by_flow("sum by (flow) (oneway_negative_total)")["push"], self.sent.negative)

    def test_the_objective_is_counted_exactly(self):
        for prometheus in self.each():
            good = prometheus.by_flow("sum by (flow) (oneway_slo_good_total)")
            valid = prometheus.by_flow("sum by (flow) (oneway_slo_valid_total)")
            self.assertEqual(good, {"push": self.sent.good(), "lost": 0})
            self.assertEqual(valid, {"push": len(self.sent.push), "lost": self.sent.lost})
            self.assertEqual(prometheus.by_flow("max by (flow) (oneway_objective_seconds)"), {"push": 5, "lost": 1})
            self.assertEqual(prometheus.by_flow("max by (flow) (oneway_objective_ratio)"), {"push": 0.99, "lost": 0.99})

    def test_a_native_histogram_is_stored_with_exactly_the_samples_that_were_sent(self):
        latency = 'sum(oneway_latency_seconds{flow="push"})'
        self.assertEqual(self.native.one(f"histogram_count({latency})"), len(self.sent.push))
        self.assertAlmostEqual(self.native.one(f"histogram_sum({latency})"), self.sent.sum_seconds(), places=5)
        (stored,) = self.native.query(latency)
        buckets = [(float(left), float(right), float(count)) for _, left, right, count in stored["histogram"][1]["buckets"]]
        self.assertGreater(len(buckets), 500)
        self.assertEqual(sum(count for *_, count in buckets), len(self.sent.push))
        for left, right, count in buckets:
            self.assertAlmostEqual(math.log2(right / left) * 64, 1, places=6)
            self.assertEqual(count, self.sent.count_within(left, right), f"({left}, {right}]")

    def test_p99_is_right_within_two_percent(self):
        exact = self.sent.p99_seconds()
        stored = self.native.one('histogram_quantile(0.99, sum(oneway_latency_seconds{flow="push"}))')
        self.assertLess(abs(stored / exact - 1), 0.02, f"{stored} and {exact}")
        # What the rules record is of the rounds after the first, which are alike.
        recorded = self.native.by_flow("flow:oneway_latency_seconds:p99_5m")["push"]
        self.assertLess(abs(recorded / exact - 1), 0.05, f"{recorded} and {exact}")

    def test_classic_buckets_count_exactly_and_are_not_stored_beside_native_ones(self):
        for bound in (0.00390625, 0.125, 4, 32):
            counted = self.classic.one(f'sum(oneway_latency_seconds_bucket{{flow="push", le="{bound:.17g}"}})')
            self.assertEqual(counted, self.sent.count_within(0, bound))
        # So is 2.42; if this fails, a newer one stores both, and docs/metrics.md should say so.
        self.assertEqual(self.native.query("oneway_latency_seconds_bucket"), [])
        self.assertEqual(self.classic.query("oneway_latency_seconds"), [])

    def test_exemplars_lead_to_keys_that_were_sent(self):
        found = {"push": 0, "hidden": 0}
        for series in self.native.api("query_exemplars", query="oneway_latency_seconds", start="0", end="9999999999"):
            flow = series["seriesLabels"]["flow"]
            for exemplar in series["exemplars"]:
                found[flow] += 1
                if flow == "hidden":
                    self.assertRegex(exemplar["labels"]["fingerprint"], r"^[0-9a-f]{32}$")
                else:
                    self.assertEqual(float(exemplar["value"]), self.sent.push[exemplar["labels"]["key"]] / 1e9)
        self.assertGreater(found["push"], 0)
        self.assertGreater(found["hidden"], 0)

    def test_every_rule_evaluates_and_has_data_to_look_at(self):
        for prometheus in self.each():
            groups = prometheus.api("rules")["groups"]
            rules = [rule for group in groups for rule in group["rules"]]
            self.assertEqual(len(rules), 34)
            for rule in rules:
                self.assertEqual((rule["health"], rule.get("lastError", "")), ("ok", ""), rule["name"])
                prometheus.query(rule["query"])
                if rule["type"] == "recording":
                    self.assertTrue(prometheus.query(rule["name"]), rule["name"])
                self.has_metrics(prometheus, rule["query"], rule["name"])

    def has_metrics(self, prometheus: Prometheus, expression: str, where: str):
        """All that it names is stored, but for the other form of histograms."""
        for name in metrics_in(expression):
            is_other = name.endswith(("_bucket", "_seconds_sum", "_seconds_count"))
            if prometheus is self.classic:
                is_other = f"{name}_bucket" in expression or f"{name}_sum" in expression
            if not is_other:
                self.assertTrue(prometheus.query(f"count({name})"), f"{where}: {name}")

    def test_every_panel_of_the_dashboard_has_data(self):
        panels = [panel for panel in json.loads(DASHBOARD.read_text())["panels"] if panel["type"] != "row"]
        self.assertGreater(len(panels), 15)
        for prometheus in self.each():
            for panel in panels:
                for target in panel["targets"]:
                    expression = target["expr"].replace("$flow", ".*").replace("$__rate_interval", "1m")
                    self.assertNotIn("$", expression)
                    result = prometheus.query(expression)
                    if prometheus is self.native or panel["title"] not in NATIVE_PANELS:
                        self.assertTrue(result, f"{panel['title']}: {expression}")
            self.assertEqual(prometheus.one(panels[0]["targets"][0]["expr"].replace("$flow", ".*")), 0)

    def test_both_forms_are_taken_without_a_complaint(self):
        for prometheus in self.each():
            for target in prometheus.api("targets")["activeTargets"]:
                self.assertEqual((target["health"], target["lastError"]), ("up", ""), target["scrapeUrl"])
        _, http = self.cluster.joiners[0]
        url = f"http://127.0.0.1:{http}/metrics"
        self.assertTrue(get(url).startswith(b"# HELP oneway_"))
        self.assertNotIn(b"# HELP", get(url, accept=PROTOBUF))


if __name__ == "__main__":
    programs = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
