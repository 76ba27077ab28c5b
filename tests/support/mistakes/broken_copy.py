# SPDX-License-Identifier: Apache-2.0
"""A copy of the tree in which one mistake after the other is made, built and tried out; the tree stays as it is.

A mistake is a dict: in `file`, the lines `old`, which stand there once, become `new`, or go away where there is none.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BUILD_SECONDS_MAX = 1800


class BrokenCopy:
    """Built at the usual depth below its folder, so that the compiler cache knows what is not broken."""

    def __init__(self, folder: Path, targets: list[str]):
        self.tree, self.build, self.targets = folder, folder / "build" / "mistakes", targets
        skipped = shutil.ignore_patterns("build", ".git", "__pycache__")
        shutil.copytree(ROOT, self.tree, ignore=skipped, dirs_exist_ok=True)
        self.environment = {**os.environ, "CCACHE_BASEDIR": str(self.tree), "CCACHE_NOHASHDIR": "1"}
        # So that no result depends on who runs this.
        for name in [name for name in self.environment if name.startswith("ONEWAY_")]:
            del self.environment[name]

    def prepare(self) -> str:
        """Configures and builds the tree as it is; the errors, if there are any."""
        options = ["-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DONEWAY_TESTS=ON", "--log-level=ERROR"]
        return self._errors_of(["cmake", "-S", str(self.tree), "-B", str(self.build), *options]) or self.compile()

    def compile(self) -> str:
        return self._errors_of(
            ["cmake", "--build", str(self.build), "--parallel", str(os.cpu_count()), "--target", *self.targets]
        )

    def run(self, command: list[str], seconds_max: float, settings: dict[str, str] | None = None):
        """Runs a program of the build folder; subprocess.TimeoutExpired if it takes longer."""
        return subprocess.run(
            [str(self.build / command[0]), *command[1:]], env={**self.environment, **(settings or {})},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds_max, check=False,
        )

    @contextmanager
    def broken(self, mistake: dict) -> Iterator[str]:
        """Makes the mistake, builds it, and repairs it in the end; gives why it could not be made, or nothing."""
        original = ROOT / mistake["file"]
        try:
            problem = self._change(mistake)
            if not problem and (errors := self.compile()):
                error = re.search(r"error: .*", errors)
                problem = f"does not compile: {error.group() if error else errors[-200:]}"
            yield problem
        finally:
            if original.is_file():
                shutil.copyfile(original, self.tree / mistake["file"])

    def _change(self, mistake: dict) -> str:
        path = self.tree / mistake["file"]
        if not path.is_file():
            return f"there is no {mistake['file']}"
        text = "\n" + path.read_text(encoding="utf-8")
        old, new = f"\n{mistake['old']}\n", f"\n{mistake['new']}\n" if "new" in mistake else "\n"
        if (times := text.count(old)) != 1:
            return f"its lines stand {times} times in {mistake['file']}, not once"
        path.write_text(text.replace(old, new)[1:], encoding="utf-8")
        return ""

    def _errors_of(self, command: list[str]) -> str:
        done = subprocess.run(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=BUILD_SECONDS_MAX, check=False,
        )
        return "" if done.returncode == 0 else done.stdout


def failed_case(output: str, program: str) -> str:
    """The case of a GoogleTest program that failed, or in which it crashed."""
    if failed := re.search(r"^\[  FAILED  \] (\S+)", output, re.MULTILINE):
        return failed.group(1)
    began = re.findall(r"^\[ RUN      \] (\S+)", output, re.MULTILINE)
    return f"{began[-1] if began else program} (crash)"


def chosen(entries: list[dict], only: str) -> list[dict]:
    return [entry for entry in entries if re.search(only, entry["name"])]


def tried(entries: list[dict], try_one: Callable[[dict], bool], what: str) -> int:
    """Tries all; the exit code. None at all is a failure, too."""
    found = sum(try_one(entry) for entry in entries)
    print(f"{what}: {len(entries)} tried, {found} found")
    return 0 if entries and found == len(entries) else 1
