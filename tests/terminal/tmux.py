# SPDX-License-Identifier: Apache-2.0
"""A terminal to test on: a shell in tmux, whose server is this test's own and ends with it."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support/process"))
from cluster import Process

PROMPT = "$ "


class Terminal:
    """A pane with a shell. What it asks of tmux is answered at once; what a program draws there is waited for."""

    def __init__(self, folder: Path, columns: int, rows: int):
        self.columns, self.rows = columns, rows
        self.folder = folder
        self.command = [shutil.which("tmux") or "tmux", "-S", folder / "tmux.socket", "-f", "/dev/null"]
        self.environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TMUX")}
        self.environment |= {"LC_ALL": "C.UTF-8"}
        self.server: Process | None = None

    @contextmanager
    def running(self):
        self.server = Process("tmux", [*self.command, "-D"], self.folder / "tmux.log")
        try:
            self.server.until(lambda: (self.folder / "tmux.socket").exists(), "tmux serves")
            shell = ["env", f"PS1={PROMPT}", "bash", "--noprofile", "--norc"]
            self.ask("new-session", "-d", "-x", self.columns, "-y", self.rows, *shell)
            self.await_screen(lambda screen: screen.startswith(PROMPT.strip()), "the shell's prompt")
            yield self
        finally:
            self.ask("kill-server", check=False)
            self.server.stop()

    def ask(self, *words: object, check: bool = True) -> str:
        done = subprocess.run(list(map(str, [*self.command, *words])), text=True, capture_output=True, timeout=30,
                              env=self.environment, stdin=subprocess.DEVNULL)
        assert not check or done.returncode == 0, f"tmux {words}: {done.stderr}"
        return done.stdout

    def screen(self) -> str:
        return self.ask("capture-pane", "-p")

    def screen_with_codes(self) -> str:
        return self.ask("capture-pane", "-p", "-e")

    def press(self, *keys: str) -> None:
        """By tmux's names: `q`, `Escape`, `C-c`, `NPage`."""
        self.ask("send-keys", *keys)

    def type(self, text: str) -> None:
        self.ask("send-keys", "-l", text)

    def run(self, command: str) -> None:
        """What the shell is to do."""
        self.type(command)
        self.press("Enter")

    def resize(self, columns: int, rows: int) -> None:
        self.ask("resize-window", "-x", columns, "-y", rows)

    def tell(self, variable: str) -> str:
        """What tmux knows of the pane, such as `alternate_on`."""
        return self.ask("display-message", "-p", f"#{{{variable}}}").strip()

    def await_screen(self, holds, what: str, seconds: float = 30) -> str:
        """Waits until the screen is as it should be, and returns it; shows it when it does not get so."""
        seen = ""

        def look() -> bool:
            nonlocal seen
            seen = self.screen()
            return holds(seen)

        try:
            self.server.until(look, what, seconds)
        except AssertionError as problem:
            raise AssertionError(f"{problem}\nThe screen:\n{seen}") from None
        return seen

    def await_text(self, text: str, seconds: float = 30) -> str:
        return self.await_screen(lambda screen: text in screen, repr(text), seconds)

    def child_of_shell(self) -> int:
        """The process that the shell runs in the foreground."""
        shell = self.tell("pane_pid")
        children = Path(f"/proc/{shell}/task/{shell}/children").read_text().split()
        assert len(children) == 1, children
        return int(children[0])
