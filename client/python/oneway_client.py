# SPDX-License-Identifier: Apache-2.0
"""Tells Oneway where asynchronous flows and their parts start and end. Calls wait for the answer; see README.md."""
import json
import random
import time

import grpc

from oneway.v1 import event_pb2, ingest_pb2, ingest_pb2_grpc

# What gRPC does by itself when a partitioner is overloaded, restarts or is away: it waits, at least as long as the
# partitioner asks for and otherwise twice as long each time, shortened at random, and gives up sooner when most calls
# fail, so that retries do not add to an overload.
RETRIES = json.dumps({
    "methodConfig": [{
        "name": [{"service": "oneway.v1.Ingest"}],
        "retryPolicy": {
            "maxAttempts": 5, "initialBackoff": "0.2s", "maxBackoff": "5s", "backoffMultiplier": 2,
            "retryableStatusCodes": ["UNAVAILABLE", "RESOURCE_EXHAUSTED"]}}],
    "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1}})


class Client:
    """Sends events to the partitioner at `target`, "host:port". Thread-safe."""

    def __init__(self, target="127.0.0.1:7100"):
        channel = grpc.insecure_channel(target, options=[("grpc.service_config", RETRIES)])
        self._ingest = ingest_pb2_grpc.IngestStub(channel)

    def start(self, flow, key, **options):
        self._send(event_pb2.START, flow, key, **options)

    def end(self, flow, key, **options):
        self._send(event_pb2.END, flow, key, **options)

    def stage(self, flow, key, stage, **options):
        self._send(event_pb2.STAGE, flow, key, stage, **options)

    def part_started(self, flow, key, part, **options):
        self._send(event_pb2.PART_STARTED, flow, key, part, **options)

    def part_ended(self, flow, key, part, **options):
        self._send(event_pb2.PART_ENDED, flow, key, part, **options)

    def completed(self, flow, key, **options):
        self._send(event_pb2.COMPLETED, flow, key, **options)

    def _send(self, kind, flow, key, id="", time_unix_nanos=None, labels=None, expected=0):
        moment = time.time_ns() if time_unix_nanos is None else time_unix_nanos
        pairs = [event_pb2.Label(name=name, value=value) for name, value in (labels or {}).items()]
        series = event_pb2.Series(flow=flow, labels=pairs)
        event = event_pb2.Event(
            kind=kind, key=key.encode(), time_unix_nanos=moment, id=id.encode(), expected=expected)
        batch = ingest_pb2.IngestBatch(series=[series], events=[event], oldest_unanswered_unix_nanos=moment)
        while True:
            answer = self._ingest.Send(batch, wait_for_ready=True, timeout=10)
            if not answer.exceptions or answer.exceptions[0].status == event_pb2.DUPLICATE:
                return
            if answer.exceptions[0].status != event_pb2.RETRY_AFTER:
                raise ValueError(f"Oneway refused the event: {answer.exceptions[0]}")
            time.sleep(answer.exceptions[0].retry_after_millis / 1000 * random.uniform(1, 1.5))
