"""The real ``sunlit serve`` as one process, on a free port, over a data folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
PATIENCE = 180  # seconds for a start; one that builds an empty site needs about 15


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment_for(folder: Path) -> dict[str, str]:
    """What a process of the site may know: its folder, and nothing of the test's own settings."""
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return passed | {"DATA_DIR": str(folder), "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}"}


class Site:
    """A running site: its address, its folder, and what it printed in the terminal."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = environment
        self.lines: list[str] = []
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> "Site":
        """Start the process; returns once it serves its pages."""
        own = {"PORT": str(self.port), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sunlit", "serve"],
            cwd=ROOT,
            env=environment_for(self.folder) | own | self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()
        self._wait()
        return self

    def _listen(self) -> None:
        for line in self.process.stdout or ():  # type: ignore[union-attr]
            self.lines.append(line.rstrip())

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                pass
            time.sleep(0.1)
        said = "\n".join(self.lines[-30:])
        self.stop()
        raise RuntimeError(f"the site does not serve:\n{said}")

    def stop(self) -> None:
        """Ask it to stop; kill it when it does not listen."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
