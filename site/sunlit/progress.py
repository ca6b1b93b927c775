"""Progress that people see on every long step."""

import sys
import time
from collections.abc import Callable

Progress = Callable[..., None]


class TerminalProgress:
    """Prints steps; within a step at most one line each second where there is no terminal.

    Call it as ``progress(text)`` or ``progress(text, done, total)``.
    """

    def __init__(self) -> None:
        self.open_line = False
        self.printed_at = 0.0
        self.tty = sys.stdout.isatty()

    def __call__(self, text: str, done: int = 0, total: int = 0) -> None:
        """Show what is being done, and how much of it."""
        if not total:
            self._print(str(text))
            return
        line = f"      {text} {done}/{total}"
        if self.tty:
            sys.stdout.write(f"\r{line:<78}")
            self.open_line = True
            sys.stdout.flush()
        elif done >= total or time.monotonic() - self.printed_at >= 1:
            self._print(line)

    def _print(self, line: str) -> None:
        if self.open_line:
            sys.stdout.write("\n")
            self.open_line = False
        print(line, flush=True)
        self.printed_at = time.monotonic()
