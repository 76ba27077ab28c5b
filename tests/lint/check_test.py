#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each rule finds what it is for, and leaves good code alone."""

import unittest

from check import check
from source import Source

LICENSE = "// SPDX-License-Identifier: Apache-2.0\n"
HEADER = LICENSE + "#pragma once\n"


def rules_broken(path: str, text: str) -> set[str]:
    return {finding.rule for finding in check(Source(path, text)) if not finding.warning}


class CheckTest(unittest.TestCase):
    def assert_breaks(self, rule, path, body):
        self.assertEqual(rules_broken(path, (HEADER if path.endswith(".h") else LICENSE) + body), {rule} if rule else set())

    def assert_fine(self, path, body):
        self.assert_breaks(None, path, body)

    def test_every_file_begins_with_its_license(self):
        self.assertEqual(rules_broken("common/time/clock.cc", "int x;\n"), {"license"})
        self.assertEqual(rules_broken("run", "#!/usr/bin/env bash\n# SPDX-License-Identifier: Apache-2.0\n"), set())

    def test_a_file_ends_at_500_lines(self):
        self.assert_fine("cli/main.cc", "int x;\n" * 499)
        self.assert_breaks("file-size", "cli/main.cc", "int x;\n" * 500)

    def test_a_function_ends_at_60_lines(self):
        self.assert_fine("cli/main.cc", "int F() {\n" + "  G();\n" * 58 + "}\n")
        self.assert_breaks("function-size", "cli/main.cc", "int F() {\n" + "  G();\n" * 59 + "}\n")

    def test_a_long_method_with_a_broken_head_is_found_in_its_class(self):
        head = "class A {\n public:\n  int F(int a,\n        int b) const {\n"
        self.assert_breaks("function-size", "cli/main.cc", head + "    G();\n" * 59 + "  }\n};\n")

    def test_a_long_class_and_a_long_namespace_are_no_functions(self):
        self.assert_fine("cli/main.cc", "namespace a {\nclass B {\n" + "  int F(int x) { return x; }\n" * 100 + "};\n}\n")

    def test_common_knows_nothing_above_it(self):
        for above in ("partitioner/route/router.h", "joiner/join/engine.h", "client/client.h"):
            self.assert_breaks("include-arrows", "common/hash/fingerprint.cc", f'#include "{above}"\n')
        self.assert_fine("common/hash/fingerprint.cc", '#include "common/time/time.h"\n')

    def test_partitioner_and_joiner_do_not_know_each_other(self):
        self.assert_breaks("include-arrows", "partitioner/main.cc", '#include "joiner/join/engine.h"\n')
        self.assert_breaks("include-arrows", "joiner/main.cc", '#include "partitioner/route/router.h"\n')

    def test_arrows_inside_the_joiner_point_one_way(self):
        self.assert_fine("joiner/shard/runner.cc", '#include "joiner/join/engine.h"\n')
        self.assert_breaks("include-arrows", "joiner/join/engine.cc", '#include "joiner/shard/runner.h"\n')
        self.assert_breaks("include-arrows", "joiner/journal/row.cc", '#include "joiner/ledger/count.h"\n')

    def test_tests_may_include_everything(self):
        self.assert_fine("tests/unit/a_test.cc", '#include "joiner/join/engine.h"\n#include <rocksdb/db.h>\n')

    def test_rocksdb_is_the_journals_alone(self):
        self.assert_fine("joiner/journal/rocksdb_store.cc", "#include <rocksdb/db.h>\n")
        self.assert_breaks("include-rocksdb", "joiner/ledger/ledger.cc", "#include <rocksdb/db.h>\n")

    def test_proto_stops_at_the_edge(self):
        self.assert_fine("joiner/ingest/decoder.cc", '#include "oneway/v1/forward.pb.h"\n')
        self.assert_breaks("include-proto", "joiner/join/engine.cc", '#include "oneway/v1/forward.pb.h"\n')
        self.assert_breaks("include-proto", "common/histogram/histogram.cc", "#include <grpcpp/grpcpp.h>\n")

    def test_the_sdk_header_needs_only_std(self):
        self.assert_fine("client/client.h", "#include <string_view>\n")
        self.assert_breaks("client-header", "client/client.h", '#include "common/time/time.h"\n')

    def test_the_demo_has_no_more_of_oneway_than_a_user(self):
        fine = '#include "client/client.h"\n#include "demo/actor/actor.h"\n#include "absl/status/status.h"\n#include <CLI/CLI.hpp>\n'
        self.assert_fine("demo/task/main.cc", fine)
        for other in ("common/observe/http_server.h", "client/internal/sender.h", "oneway/v1/event.pb.h", "tests/support/a.h"):
            self.assert_breaks("demo", "demo/task/main.cc", f'#include "{other}"\n')
            self.assert_fine("tests/unit/demo/task/a_test.cc", f'#include "{other}"\n')
        self.assert_breaks("demo", "demo/push/flow.h", "#include <common/flow/rules.h>\n")
        self.assert_breaks("sleep", "demo/push/flow.h", "void F() { sleep(1); }\n")

    def test_the_demo_links_the_client_and_itself(self):
        license = "# SPDX-License-Identifier: Apache-2.0\n"
        fine = "oneway_component(demo_task\n  DEPS oneway_client oneway_demo_actor oneway_dep_asio)\n"
        fine += "add_executable(oneway-demo-task a.cc)  # not oneway_observe\n"
        path = "demo/task/CMakeLists.txt"
        self.assertEqual(rules_broken(path, license + fine), set())
        for target in ("oneway_observe", "oneway_clients", "oneway_proto", "oneway_joiner_server", "oneway-joiner"):
            line = f"target_link_libraries(oneway-demo-task PRIVATE {target})\n"
            self.assertEqual(rules_broken(path, license + line), {"demo"}, target)
            self.assertEqual(rules_broken("cli/CMakeLists.txt", license + line), set())

    def test_headers_are_included_once_and_named_from_the_root(self):
        self.assertEqual(rules_broken("common/a.h", LICENSE + "int x;\n"), {"include-once"})
        self.assert_breaks("include-path", "common/a.cc", '#include "../b.h"\n')

    def test_nothing_sleeps(self):
        for call in ("std::this_thread::sleep_for(1s);", "usleep(5);", "::sleep(1);", "absl::SleepFor(x);"):
            self.assert_breaks("sleep", "tests/unit/a_test.cc", f"void F() {{ {call} }}\n")
        self.assertEqual(rules_broken("tests/a.py", "# SPDX-License-Identifier: Apache-2.0\ntime.sleep(1)\n"), {"sleep"})

    def test_comments_and_strings_do_not_count(self):
        self.assert_fine("cli/main.cc", '// usleep(5);\n/* usleep(5); */\nauto a = "usleep(5);";\nauto b = R"(usleep(5);)";\n')

    def test_fingerprints_come_from_one_formula(self):
        self.assert_breaks("hash", "partitioner/a.cc", "size_t Of(Fingerprint f) { return absl::HashOf(f.low); }\n")
        self.assert_fine("partitioner/a.cc", "size_t Of(int series) { return absl::HashOf(series); }\n")

    def test_a_todo_names_its_reason(self):
        mark = "// TO" + "DO:"  # In two, so that this line is none.
        self.assert_breaks("todo", "cli/main.cc", f"{mark} fix\n")
        self.assert_breaks("todo", "cli/main.cc", f"{mark.replace('TODO', 'FIXME')} this is wrong when empty\n")
        self.assert_fine("cli/main.cc", f"{mark} read from etcd, once the slot map lives there.\n")

    def test_seams_are_few_and_small(self):
        method = "  virtual void F(int a,\n                 int b) = 0;\n"
        self.assert_fine("common/time/clock.h", "class Clock {\n" + method * 5 + "};\n")
        self.assert_breaks("seam", "common/time/clock.h", "class Clock {\n" + method * 6 + "};\n")
        self.assert_breaks("seam", "common/time/timer.h", "class Timer {\n" + method + "};\n")
        self.assert_fine("common/time/timer.h", "struct Timer {\n  uint64_t Size() const;\n  int x = 0;\n  void F(int a = 0);\n};\n")


if __name__ == "__main__":
    unittest.main()
