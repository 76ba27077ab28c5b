# SPDX-License-Identifier: Apache-2.0
"""The rules: functions that take a Source and yield findings. RULES at the end lists them."""

import re
from collections.abc import Iterator

from source import Finding, Source

LINES_MAX = 500
LINES_WARN = 300
FUNCTION_LINES_MAX = 60
PURE_METHODS_MAX = 5
# The virtual interfaces of the product. Another one needs an ADR, and a line here. StreamListener is EventSink's way back.
SEAMS = {"Clock", "ForwardStream", "JournalStore", "EventSink", "StreamListener"}

# Which parts of the product a part may include, besides itself; a part is named by its longest prefix here.
COMMON_PARTS = {"common"}
MAY_INCLUDE = {
    "common": set(),
    "client": COMMON_PARTS,
    "cli": COMMON_PARTS | {"client"},
    "partitioner": COMMON_PARTS,
    "joiner/journal": COMMON_PARTS,
    "joiner/ledger": COMMON_PARTS | {"joiner/journal"},
    "joiner/join": COMMON_PARTS | {"joiner/journal", "joiner/ledger"},
    "joiner/shard": COMMON_PARTS | {"joiner/journal", "joiner/ledger", "joiner/join"},
    "joiner/ingest": COMMON_PARTS | {"joiner/journal", "joiner/ledger", "joiner/join", "joiner/shard"},
    "joiner/report": COMMON_PARTS | {"joiner/journal", "joiner/ledger", "joiner/join", "joiner/shard", "joiner/ingest"},
}
JOINER_PARTS = {part for part in MAY_INCLUDE if part.startswith("joiner/")}
MAY_INCLUDE["joiner/server"] = COMMON_PARTS | JOINER_PARTS
MAY_INCLUDE["joiner"] = COMMON_PARTS | JOINER_PARTS | {"joiner/server"}

# Folders that know neither gRPC nor proto types.
PURE_PARTS = (
    "common/event/",
    "common/flow/",
    "common/hash/",
    "common/histogram/",
    "common/sync/",
    "common/time/",
    "joiner/join/",
    "joiner/journal/",
    "joiner/ledger/",
    "partitioner/route/",
)

# Where includes of our own begin, but for those of the demo; oneway/ is what protoc makes.
OWN_FOLDERS = ("common/", "partitioner/", "joiner/", "client/", "cli/", "oneway/", "tests/")


def license_line(source: Source) -> Iterator[Finding]:
    if "SPDX-License-Identifier: Apache-2.0" not in "\n".join(source.lines[:2]):
        yield Finding(source.path, 1, "license", "begin with the line `SPDX-License-Identifier: Apache-2.0`")


def file_size(source: Source) -> Iterator[Finding]:
    lines = len(source.lines)
    if lines > LINES_MAX:
        yield Finding(source.path, lines, "file-size", f"{lines} lines; split it, {LINES_MAX} is the end")
    elif lines > LINES_WARN:
        yield Finding(source.path, lines, "file-size", f"{lines} lines; is it still one idea?", warning=True)


def function_size(source: Source) -> Iterator[Finding]:
    """Goes by the form that clang-format gives: a body ends with a brace under the line that its head began on."""
    if not source.is_cpp:
        return
    starts: dict[int, int] = {}
    head_line, head = 0, ""
    for number, line in enumerate(source.code, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        indent = len(line) - len(line.lstrip())
        if line.lstrip().startswith("}"):
            begun = starts.pop(indent, None)
            if begun is not None and number - begun + 1 > FUNCTION_LINES_MAX:
                yield Finding(
                    source.path, begun, "function-size", f"{number - begun + 1} lines; {FUNCTION_LINES_MAX} is the end"
                )
        if not head:
            head_line = number
        head += " " + line.strip()
        if line.rstrip().endswith("{"):
            if opens_function(head):
                starts[len(source.code[head_line - 1]) - len(source.code[head_line - 1].lstrip())] = head_line
            head = ""
        elif line.rstrip().endswith((";", "}", ":")):
            head = ""


def opens_function(head: str) -> bool:
    if re.match(r" (\}|namespace|class|struct|enum|union|extern|if|for|while|switch|else|do|try|case|default)\b", head):
        return False
    return "(" in head and not re.match(r" template[^(]*\b(class|struct)\b[^(]*$", head)


def part_of(path: str) -> str | None:
    parts = [part for part in MAY_INCLUDE if path.startswith(part + "/")]
    return max(parts, key=len, default=None)


def include_arrows(source: Source) -> Iterator[Finding]:
    own = part_of(source.path)
    if not source.is_cpp or own is None:
        return
    for number, include in source.includes():
        other = part_of(include.strip('<>"'))
        if other is not None and other != own and other not in MAY_INCLUDE[own]:
            yield Finding(source.path, number, "include-arrows", f"{own} does not include {other}; see ARCHITECTURE.md")


def include_rocksdb(source: Source) -> Iterator[Finding]:
    if not source.in_product or source.path.startswith("joiner/journal/"):
        return
    for number, include in source.includes():
        if include.strip('<>"').startswith("rocksdb/"):
            yield Finding(source.path, number, "include-rocksdb", "only joiner/journal knows RocksDB")


def include_proto(source: Source) -> Iterator[Finding]:
    if not source.path.startswith(PURE_PARTS):
        return
    for number, include in source.includes():
        name = include.strip('<>"')
        if name.endswith(".pb.h") or name.startswith(("grpc/", "grpcpp/", "grpc++/", "google/")):
            yield Finding(source.path, number, "include-proto", "proto types and gRPC stop at the edge, not in this folder")


def include_in_client_header(source: Source) -> Iterator[Finding]:
    if source.path != "client/client.h":
        return
    for number, include in source.includes():
        if not re.fullmatch(r"<[a-z_]+>", include):
            yield Finding(source.path, number, "client-header", f"{include}: the SDK's header needs nothing but std")


def demo_is_a_user(source: Source) -> Iterator[Finding]:
    """The demo shows what a user of Oneway writes, so it has no more of Oneway than a user has: the client."""
    if not source.path.startswith("demo/"):
        return
    for number, include in source.includes():
        name = include.strip('<>"')
        if name.startswith(OWN_FOLDERS) and name != "client/client.h":
            yield Finding(source.path, number, "demo", f"{name}: of Oneway the demo includes only client/client.h")
    if source.path.endswith("CMakeLists.txt"):
        for number, line in enumerate(source.lines, 1):
            for target in re.findall(r"\boneway[_-][\w-]+\b(?!\s*\()", line.split("#")[0]):
                if not re.match(r"oneway_(client|flags)$|oneway_dep_|oneway[_-]demo[_-]", target):
                    yield Finding(source.path, number, "demo", f"{target}: of Oneway the demo links only oneway_client")


def include_form(source: Source) -> Iterator[Finding]:
    if not source.is_cpp:
        return
    if source.path.endswith(".h") and not any(line == "#pragma once" for line in source.lines[:4]):
        yield Finding(source.path, 2, "include-once", "a header has `#pragma once` under its license line")
    for number, include in source.includes():
        if include.startswith('".'):
            yield Finding(source.path, number, "include-path", f"{include}: name it from the root of the tree")


def no_sleeps(source: Source) -> Iterator[Finding]:
    if source.is_cpp and (source.in_product or source.in_tests or source.path.startswith("demo/")):
        pattern = r"\b(sleep_for|sleep_until|usleep|nanosleep|SleepFor)\b|(?<![\w.>])sleep\s*\("
    elif source.path.endswith(".py") and source.in_tests:
        pattern = r"\btime\.sleep\("
    else:
        return
    for number, _ in source.matches(pattern):
        yield Finding(source.path, number, "sleep", "wait for what you need, with a deadline; a sleep is slow or wrong")


def no_foreign_hash(source: Source) -> Iterator[Finding]:
    """Salted hashes are right for tables in memory; what stands for a key must be equal in every process for ever."""
    if not (source.is_cpp and source.in_product) or not any("ingerprint" in line for line in source.code):
        return
    for number, match in source.matches(r"\bstd::hash\b|\babsl::(Hash|HashOf)\b|\bAbslHashValue\b"):
        yield Finding(source.path, number, "hash", f"{match.group()} next to fingerprints; those are common/hash's alone")


def todo_with_reason(source: Source) -> Iterator[Finding]:
    for number, line in enumerate(source.lines, 1):
        if match := re.search(r"(?:#|//)\s*(TODO|FIXME|XXX|HACK)\b(.*)", line):
            if match.group(1) != "TODO" or len(re.findall(r"\w+", match.group(2))) < 4:
                yield Finding(source.path, number, "todo", "write `TODO: what, and why not now`, or do it")


def seams(source: Source) -> Iterator[Finding]:
    if not (source.is_cpp and source.in_product):
        return
    code = "\n".join(source.code)
    classes = list(re.finditer(r"^ *(?:class|struct)\s+(?:[A-Z_]+\([^)]*\)\s+)?(\w+)[^;{]*\{", code, re.MULTILINE))
    pure: dict[str, list[int]] = {}
    for method in re.finditer(r"\bvirtual\b[^;{}~]*=\s*0\s*;", code):
        name = [match.group(1) for match in classes if match.start() < method.start()][-1]
        pure.setdefault(name, []).append(code.count("\n", 0, method.start()) + 1)
    for name, numbers in pure.items():
        if name not in SEAMS:
            yield Finding(source.path, numbers[0], "seam", f"{name}: another virtual interface needs an ADR")
        if len(numbers) > PURE_METHODS_MAX:
            yield Finding(
                source.path, numbers[-1], "seam", f"{name} has {len(numbers)} pure methods; {PURE_METHODS_MAX} is the end"
            )


RULES = [
    license_line,
    file_size,
    function_size,
    include_arrows,
    include_rocksdb,
    include_proto,
    include_in_client_header,
    demo_is_a_user,
    include_form,
    no_sleeps,
    no_foreign_hash,
    todo_with_reason,
    seams,
]
