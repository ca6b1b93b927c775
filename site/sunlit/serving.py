"""One machine: one process serves the site, builds it first where there is nothing, and works beside it.

A first start is built in ``DATA_DIR/building`` by a child process and moved into place when it
is whole, so that a start which is interrupted leaves nothing half-made. The port is open from
the beginning and shows how far the building is.
"""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections

from sunlit import preflight
from sunlit.building import Switch
from sunlit.progress import TerminalProgress


def serve(host: str, port: int, *, demo: bool) -> None:
    """Serve until Ctrl-C; raises ``CommandError`` with a plain sentence when that cannot be."""
    try:
        preflight.check_all(settings.DATA_DIR, host, port)
        held = preflight.lock(settings.DATA_DIR)
    except preflight.CannotStart as reason:
        raise CommandError(str(reason)) from reason
    Serving(host, port, demo=demo, held=held).run()


class Serving:
    """One run of the server, from the open port to Ctrl-C."""

    def __init__(self, host: str, port: int, *, demo: bool, held: IO[str]) -> None:
        self.host, self.port, self.demo, self.held = host, port, demo, held
        self.progress = TerminalProgress()
        self.switch = Switch()
        self.stopping = threading.Event()
        self.child: subprocess.Popen[str] | None = None
        self.worker_stop: threading.Event | None = None
        self.worker: threading.Thread | None = None
        self.failure = ""

    def run(self) -> None:
        """Open the port, prepare in a thread, serve, stop cleanly."""
        from daphne.endpoints import build_endpoint_description_strings
        from daphne.server import Server
        from twisted.internet import reactor

        endpoints = build_endpoint_description_strings(host=self.host, port=self.port)
        server = Server(self.switch, endpoints=endpoints, server_name="sunlit", application_close_timeout=2)
        reactor.addSystemEventTrigger("before", "shutdown", self._stop)
        reactor.callWhenRunning(
            threading.Thread(target=self._prepare, daemon=True, name="sunlit-start").start
        )
        server.run()
        if self.failure:
            raise CommandError(self.failure)
        whole = "Everything is saved; `make run` starts again."
        half = "The site was not ready yet; `make run` begins anew."
        self.progress(f"\nStopped. {whole if self.switch.application else half}")

    def _prepare(self) -> None:
        from twisted.internet import reactor

        try:
            self._build_or_upgrade()
            if not self.stopping.is_set():
                self._go_live()
        except Exception as error:
            if not self.stopping.is_set():
                self.failure = f"The start failed: {error}"
                reactor.callFromThread(reactor.stop)
        finally:
            connections.close_all()

    # --- Building ------------------------------------------------------------------

    def _build_or_upgrade(self) -> None:
        from sunlit.setup import is_set_up

        if not is_set_up():
            if _is_embedded() and not _database_file().exists():
                self._build_beside()
            else:
                self._upgrade()
        self._index_if_needed()

    def _index_if_needed(self) -> None:
        """A search index that was deleted, or made by another text analysis, is built anew."""
        from search.rebuild import is_needed, rebuild

        if not self.stopping.is_set() and is_needed():
            self._say("Building the search index ...")
            rebuild()

    def _build_beside(self) -> None:
        building = settings.DATA_DIR / "building"
        if building.exists():
            self._say("An earlier start did not finish; what it left is removed and built anew.")
            shutil.rmtree(building)
        building.mkdir(mode=0o700)
        if settings.KEYS_DIR.exists():
            shutil.copytree(settings.KEYS_DIR, building / "keys")
        self._say(
            "Building the site. The page below shows how far it is, and opens the site when it is ready:"
        )
        self._say(f"      {self.address}")
        self._run_child(["setup", *(["--demo"] if self.demo else [])], building)
        if not self.stopping.is_set():
            move_into_place(building, settings.DATA_DIR)

    def _upgrade(self) -> None:
        if _is_embedded():
            from sunlit.backup import back_up

            folder = settings.DATA_DIR / "backups" / time.strftime("before-upgrade-%Y%m%d-%H%M%S")
            self._say(f"The database is brought up to date; a backup is written to {folder} first.")
            back_up(folder, self._say)
        self._run_child(["setup"], settings.DATA_DIR)

    def _run_child(self, command: list[str], folder: Path) -> None:
        environment = os.environ | {
            "DATA_DIR": str(folder),
            "PYTHONUNBUFFERED": "1",
            "MICRO_CACHE_SECONDS": "0",
        }
        self.child = subprocess.Popen(
            [sys.executable, "-m", "sunlit", *command],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is ours to pass on
        )
        last = ""
        for line in self.child.stdout or ():
            last = line.rstrip() or last
            self._say(line.rstrip())
        if self.child.wait() and not self.stopping.is_set():
            raise RuntimeError(f"building the site ended with: {last}")

    def _say(self, text: str, *numbers: int) -> None:
        self.progress(text, *numbers)
        if text.strip():
            self.switch.steps.append(text)

    # --- Serving -------------------------------------------------------------------

    def _go_live(self) -> None:
        from django.core.asgi import get_asgi_application
        from django.urls import get_resolver

        from sunlit import worker
        from sunlit.demo.identity import introduce
        from sunlit.production import refuse_unfit_database
        from sunlit.welcome import welcome

        if settings.SUNLIT_PRODUCTION:
            refuse_unfit_database()
        introduce()
        application = get_asgi_application()
        _ = get_resolver().url_patterns  # the first reader need not wait for the imports
        self.worker, self.worker_stop = worker.start_thread()
        self.switch.application = application
        self.progress(welcome(self.address))

    @property
    def address(self) -> str:
        """Where the site is found."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{host}:{self.port}/"

    def _stop(self) -> None:
        self.stopping.set()
        if self.child and self.child.poll() is None:
            self.child.terminate()
        if self.worker_stop and self.worker:
            self.worker_stop.set()
            self.worker.join(10)


def _is_embedded() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


def _database_file() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


def move_into_place(building: Path, target: Path) -> None:
    """Move what was built; the database last, because its presence means that all is there.

    The keys were copied from the target and come back. Whatever else lies in the way is kept
    under another name: nothing here is ever deleted but what was built here.
    """
    stays = ("logs", "serving.lock")
    for name in stays:
        if (building / name).is_dir():
            shutil.rmtree(building / name)
    kept = time.strftime(".before-%Y%m%d-%H%M%S")
    names = sorted(
        (path.name for path in building.iterdir()), key=lambda name: name.startswith("sunlit.sqlite3")
    )
    for name in names:
        if (target / name).exists():
            (target / name).rename(target / f"{name}{kept}")
        (building / name).rename(target / name)
    building.rmdir()
    shutil.rmtree(target / f"keys{kept}", ignore_errors=True)
