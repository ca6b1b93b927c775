"""What stands in the way of a start gets a sentence that says what to do."""

import os
import socket
from pathlib import Path

import pytest

from sunlit import cli, preflight
from sunlit.preflight import CannotStart


def test_a_busy_port_names_another_one() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotStart, match=f"Port {port} .*make run PORT="):
            preflight.check_port("127.0.0.1", port)


def test_a_port_that_is_none_is_refused() -> None:
    with pytest.raises(CannotStart, match="99999"):
        preflight.check_port("127.0.0.1", 99999)


def test_a_folder_that_cannot_be_made_names_data_dir(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotStart, match="DATA_DIR="):
        preflight.check_folder(tmp_path / "file" / "data")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_names_data_dir(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(CannotStart, match="DATA_DIR="):
        preflight.check_folder(tmp_path)


def test_a_full_disk_says_how_much_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 5 * 2**20})
    monkeypatch.setattr(preflight.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(CannotStart, match="Only 5 MB .* 200 MB"):
        preflight.check_space(tmp_path)


def test_one_folder_is_served_once(tmp_path: Path) -> None:
    with preflight.lock(tmp_path), pytest.raises(CannotStart, match=f"process {os.getpid()}"):
        preflight.lock(tmp_path)
    preflight.lock(tmp_path).close()


@pytest.mark.parametrize(
    ("number", "sentence"), [(28, "disk is full"), (13, "No right to write"), (98, "port is in use")]
)
def test_what_the_system_refuses_is_explained(number: int, sentence: str) -> None:
    assert sentence in cli.explain(OSError(number, os.strerror(number), "somewhere"))
