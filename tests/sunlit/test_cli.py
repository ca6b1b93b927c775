"""The command line as a person meets it: real processes, plain sentences."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest

from tests.services import free_port

ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """A shell without anything of the developer's installation."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return (
        kept
        | {"DATA_DIR": str(folder), "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}", "PYTHONUNBUFFERED": "1"}
        | more
    )


def sunlit(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run ``sunlit …`` to its end."""
    command = [sys.executable, "-m", "sunlit", *arguments]
    return subprocess.run(
        command, env=environment(folder, **more), capture_output=True, text=True, timeout=120
    )


class Served:
    """A running ``sunlit serve``."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.port = free_port()
        self.log = folder.parent / f"serve-{self.port}.log"
        command = [sys.executable, "-m", "sunlit", "serve"]
        with self.log.open("wb") as log:
            values = environment(folder, PORT=str(self.port), **more)
            self.process = subprocess.Popen(command, env=values, stdout=log, stderr=subprocess.STDOUT)

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page; 0 while nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()
        except (URLError, OSError):
            return 0, ""

    def wait(self, path: str, status: int, seconds: float = 90) -> str:
        """Until a page answers with that status."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            got, text = self.get(path)
            if got == status:
                return text
            time.sleep(0.2)
        raise AssertionError(f"{path} never answered {status}: {self.said()}")

    def said(self) -> str:
        """What the terminal shows so far."""
        return self.log.read_text("utf-8")

    def stop(self) -> int:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@pytest.mark.slow
def test_an_empty_site_from_first_start_to_second(tmp_path: Path) -> None:
    """DEMO=0: progress, a code for the first page, Ctrl-C, and a second start that keeps the data."""
    site = Served(tmp_path / "data", DEMO="0")
    building = site.wait("/healthz", 503, 40)
    assert json.loads(building) == {"status": "building"}
    assert "正在准备网站" in site.get("/")[1] or site.get("/healthz")[0] == 200
    assert json.loads(site.wait("/healthz", 200)) == {"status": "ok"}
    until = time.monotonic() + 10
    while "one-time code" not in site.said() and time.monotonic() < until:
        time.sleep(0.1)
    assert "/setup/" in site.said() and "one-time code" in site.said()
    assert "[database]" in site.said() and "[setup] done" in site.said()
    assert site.get("/setup/")[0] == 200
    assert site.stop() == 0
    assert "Everything is saved" in site.said() and "Traceback" not in site.said()
    assert not (tmp_path / "data/building").exists()
    assert (tmp_path / "data/sunlit.sqlite3").stat().st_mode & 0o077 == 0

    again = Served(tmp_path / "data", DEMO="0")
    again.wait("/healthz", 200, 40)
    assert "Building" not in again.said()
    other = sunlit(tmp_path / "data", "serve", "--port", str(free_port()))
    assert other.returncode != 0 and "Another Sunlit already serves" in other.stderr
    assert again.stop() == 0


@pytest.mark.slow
def test_a_start_that_is_interrupted_is_begun_anew(tmp_path: Path) -> None:
    site = Served(tmp_path / "data", DEMO="0")
    site.wait("/healthz", 503, 40)
    site.process.kill()
    site.process.wait(10)
    left = tmp_path / "data/building"
    left.mkdir(exist_ok=True)
    (left / "rubbish").write_text("left over")
    again = Served(tmp_path / "data", DEMO="0")
    again.wait("/healthz", 200)
    assert "An earlier start did not finish" in again.said()
    assert again.stop() == 0


def test_a_busy_port_is_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = sunlit(tmp_path, "serve", "--port", port)
    assert done.returncode != 0
    assert f"Port {port}" in done.stderr and "make run PORT=" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = sunlit(tmp_path / "file", "check")
    assert done.returncode != 0
    assert "DATA_DIR=" in done.stderr and "Traceback" not in done.stderr


def test_help_names_every_command(tmp_path: Path) -> None:
    done = sunlit(tmp_path, "--help")
    named = (
        "serve worker setup demo import-announcements search-rebuild search-check verify backup restore check"
    )
    assert [name for name in named.split() if f"sunlit {name}" not in done.stdout] == []
    for name in named.split():
        assert sunlit(tmp_path, name, "--help").returncode == 0, name


def test_manage_py_is_the_same_command(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "manage.py")]
    done = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True)
    assert done.stdout == sunlit(tmp_path).stdout


def test_bootstrap_explains_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    from sunlit import bootstrap

    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer"):
        bootstrap.restart_with_newer_python()


def test_bootstrap_hands_over_to_a_newer_python(monkeypatch: pytest.MonkeyPatch) -> None:
    from sunlit import bootstrap

    started: list[str] = []
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(
        bootstrap.shutil, "which", lambda name: "/usr/bin/python3.12" if "3.12" in name else None
    )
    monkeypatch.setattr(bootstrap.os, "execv", lambda path, arguments: started.append(path) or sys.exit(0))
    with pytest.raises(SystemExit):
        bootstrap.restart_with_newer_python()
    assert started == ["/usr/bin/python3.12"]


@pytest.mark.parametrize(("answer", "kept"), [("yes\n", False), ("no\n", True), ("", True)])
def test_clean_data_asks(tmp_path: Path, answer: str, kept: bool) -> None:
    (tmp_path / "data/keys").mkdir(parents=True)
    (tmp_path / "data/keys/secret.key").write_text("x")
    command = [sys.executable, str(ROOT / "site/sunlit/clean.py")]
    subprocess.run(command, env=environment(tmp_path / "data"), input=answer, capture_output=True, text=True)
    assert (tmp_path / "data").exists() is kept


@pytest.mark.parametrize("also", ["photos", "keys/secret.key .git"])
def test_clean_data_never_deletes_another_folder(tmp_path: Path, also: str) -> None:
    for name in ("photos", *also.split()):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(ROOT / "site/sunlit/clean.py")]
    done = subprocess.run(command, env=environment(tmp_path), input="yes\n", capture_output=True, text=True)
    assert (tmp_path / "photos").exists() and "does not look like" in done.stderr


def test_an_empty_data_dir_is_the_default_one_and_a_project_is_never_one(tmp_path: Path) -> None:
    """``make`` may pass names on empty; the current folder must not become the data folder."""
    code = "from sunlit import settings; print(settings.DATA_DIR)"
    values = environment(tmp_path) | {"DATA_DIR": "", "SECRET_KEY": "x" * 50}
    done = subprocess.run(
        [sys.executable, "-c", code], env=values, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout.strip() == str(ROOT / "var")
    (tmp_path / "pyproject.toml").write_text("")
    refused = sunlit(tmp_path, "serve", "--port", str(free_port()))
    assert refused.returncode != 0 and "holds a project, not data" in refused.stderr


def test_moving_into_place_keeps_what_lies_in_the_way(tmp_path: Path) -> None:
    from sunlit.serving import move_into_place

    for name in (
        "target/search/old",
        "target/keys/a",
        "target/logs/l",
        "building/search/new",
        "building/keys/a",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "building/sunlit.sqlite3").write_text("db")
    (tmp_path / "building/logs").mkdir()
    move_into_place(tmp_path / "building", tmp_path / "target")
    assert (tmp_path / "target/search/new").exists() and (tmp_path / "target/sunlit.sqlite3").exists()
    assert [path.name for path in (tmp_path / "target").glob("search.before-*/old")] == ["old"]
    assert (tmp_path / "target/logs/l").exists() and not (tmp_path / "building").exists()
    assert sorted(path.name for path in (tmp_path / "target").glob("keys*")) == ["keys"]
