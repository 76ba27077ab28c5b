# SPDX-License-Identifier: Apache-2.0
"""Tells Oneway where asynchronous flows start and end. Each call waits for the answer; see README.md."""
import time

import grpc

from oneway.v1 import event_pb2, ingest_pb2, ingest_pb2_grpc


class Client:
    """Sends events to the partitioner at `target`, "host:port". Thread-safe."""

    def __init__(self, target="127.0.0.1:7100"):
        self._ingest = ingest_pb2_grpc.IngestStub(grpc.insecure_channel(target))

    def start(self, flow, key, **options):
        self._send(event_pb2.START, flow, key, **options)

    def end(self, flow, key, **options):
        self._send(event_pb2.END, flow, key, **options)

    def _send(self, kind, flow, key, time_unix_nanos=None, labels=None):
        moment = time.time_ns() if time_unix_nanos is None else time_unix_nanos
        series = event_pb2.Series(flow=flow, labels=[event_pb2.Label(name=n, value=v) for n, v in (labels or {}).items()])
        event = event_pb2.Event(kind=kind, key=key.encode(), time_unix_nanos=moment)
        batch = ingest_pb2.IngestBatch(series=[series], events=[event], oldest_unanswered_unix_nanos=moment)
        while True:
            answer = self._ingest.Send(batch, wait_for_ready=True, timeout=10)
            if not answer.exceptions or answer.exceptions[0].status == event_pb2.DUPLICATE:
                return
            if answer.exceptions[0].status != event_pb2.RETRY_AFTER:
                raise ValueError(f"Oneway refused the event: {answer.exceptions[0]}")
            time.sleep(answer.exceptions[0].retry_after_millis / 1000)
