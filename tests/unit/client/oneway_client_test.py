# SPDX-License-Identifier: Apache-2.0
"""The Python client against a server in this process. Run by ctest with the generated code in PYTHONPATH."""
import sys
import time
import unittest
from concurrent import futures

try:
    import grpc
except ImportError:
    sys.exit(f"{sys.executable} has no gRPC: install the Debian package python3-grpcio")

from oneway.v1 import event_pb2, ingest_pb2, ingest_pb2_grpc
from oneway_client import Client


class ScriptedIngest(ingest_pb2_grpc.IngestServicer):
    """Keeps the batches and gives the answers it was told to give, then OK."""

    def __init__(self):
        self.batches = []
        self.exceptions = []
        self.refusals = []  # (status code, milliseconds after which to come again)
        self.called_at = []

    def Send(self, request, context):
        self.called_at.append(time.monotonic())
        if self.refusals:
            code, pushback_millis = self.refusals.pop(0)
            if pushback_millis is not None:
                context.set_trailing_metadata((("grpc-retry-pushback-ms", str(pushback_millis)),))
            context.abort(code, "not now")
        self.batches.append(request)
        exceptions = [self.exceptions.pop(0)] if self.exceptions else []
        return ingest_pb2.IngestAnswer(batch=request.batch, exceptions=exceptions)


class OnewayClientTest(unittest.TestCase):
    def setUp(self):
        self.ingest = ScriptedIngest()
        self.server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
        ingest_pb2_grpc.add_IngestServicer_to_server(self.ingest, self.server)
        port = self.server.add_insecure_port("127.0.0.1:0")
        self.server.start()
        self.client = Client(f"127.0.0.1:{port}")

    def tearDown(self):
        self.server.stop(None)

    def test_a_start_and_an_end_arrive_with_their_times_and_labels(self):
        self.client.start("push", "k-1", time_unix_nanos=5, labels={"region": "eu"})
        self.client.end("push", "k-1", time_unix_nanos=9)
        start, end = self.ingest.batches
        self.assertEqual(start.series[0].flow, "push")
        self.assertEqual([(label.name, label.value) for label in start.series[0].labels], [("region", "eu")])
        self.assertEqual([(e.kind, e.series, e.key, e.time_unix_nanos) for e in start.events],
                         [(event_pb2.START, 0, b"k-1", 5)])
        self.assertEqual(start.oldest_unanswered_unix_nanos, 5)
        self.assertEqual([(e.kind, e.key, e.time_unix_nanos) for e in end.events], [(event_pb2.END, b"k-1", 9)])

    def test_the_parts_of_a_fan_out_arrive_with_their_ids_and_what_is_expected(self):
        self.client.start("task", "k", time_unix_nanos=1, expected=2)
        self.client.part_started("task", "k", "p-\u00e4", time_unix_nanos=2)
        self.client.part_ended("task", "k", "p-\u00e4", time_unix_nanos=3)
        self.client.completed("task", "k", time_unix_nanos=4, labels={"region": "eu"}, expected=3)
        self.assertEqual([(e.kind, e.key, e.id, e.time_unix_nanos, e.expected)
                          for batch in self.ingest.batches for e in batch.events],
                         [(event_pb2.START, b"k", b"", 1, 2),
                          (event_pb2.PART_STARTED, b"k", b"p-\xc3\xa4", 2, 0),
                          (event_pb2.PART_ENDED, b"k", b"p-\xc3\xa4", 3, 0),
                          (event_pb2.COMPLETED, b"k", b"", 4, 3)])
        self.assertEqual(self.ingest.batches[3].series[0].labels[0].name, "region")

    def test_a_stage_arrives_with_its_name(self):
        self.client.stage("push", "k", "queued", time_unix_nanos=2)
        event, = self.ingest.batches[0].events
        self.assertEqual((event.kind, event.key, event.id, event.time_unix_nanos),
                         (event_pb2.STAGE, b"k", b"queued", 2))

    def test_without_a_time_it_happened_now(self):
        before = time.time_ns()
        self.client.start("push", "k")
        self.assertTrue(before <= self.ingest.batches[0].events[0].time_unix_nanos <= time.time_ns())

    def test_a_duplicate_is_as_good_as_ok(self):
        self.ingest.exceptions.append(ingest_pb2.EventException(index=0, status=event_pb2.DUPLICATE))
        self.client.start("push", "k")
        self.assertEqual(len(self.ingest.batches), 1)

    def test_an_event_that_is_put_off_is_sent_again_unchanged(self):
        self.ingest.exceptions.append(
            ingest_pb2.EventException(index=0, status=event_pb2.RETRY_AFTER, retry_after_millis=1))
        self.client.start("push", "k")
        self.assertEqual(len(self.ingest.batches), 2)
        self.assertEqual(self.ingest.batches[0], self.ingest.batches[1])

    def test_a_partitioner_that_is_overloaded_is_not_asked_again_earlier_than_it_says(self):
        self.ingest.refusals.append((grpc.StatusCode.RESOURCE_EXHAUSTED, 700))
        self.client.start("push", "k")
        self.assertEqual(len(self.ingest.batches), 1)
        first, second = self.ingest.called_at
        self.assertGreaterEqual(second - first, 0.7)

    def test_a_partitioner_that_shuts_down_is_asked_again(self):
        self.ingest.refusals += [(grpc.StatusCode.UNAVAILABLE, None)] * 2
        self.client.start("push", "k")
        self.assertEqual(len(self.ingest.batches), 1)
        self.assertEqual(len(self.ingest.called_at), 3)

    def test_a_refusal_is_an_error_with_its_reason(self):
        self.ingest.exceptions.append(
            ingest_pb2.EventException(index=0, status=event_pb2.INVALID, reason=event_pb2.TIME_AHEAD))
        with self.assertRaisesRegex(ValueError, "TIME_AHEAD"):
            self.client.start("push", "k")


if __name__ == "__main__":
    unittest.main()
