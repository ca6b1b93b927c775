"""verify.py: what a citizen runs at home. Short, standard library only, quick, and not to be fooled."""

import ast
import base64
import hashlib
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from marketplace.ledger import bodies, queries, sequencer, standalone
from marketplace.ledger.models import Event, Leaf
from tests.ledger.trail import write, write_many

pytestmark = pytest.mark.django_db
SOURCE = Path(standalone.__file__)
FILE = "附件一：采购需求.pdf 的内容".encode()


@pytest.fixture
def proven(db: None) -> tuple[Event, str, str]:
    """An event deep in the log, its proof, and the log's key."""
    write_many(290)
    sequencer.run_once()
    event = write(title="市图书馆打印机采购公告", files=[hashlib.sha256(FILE).hexdigest()])
    sequencer.run_once()
    write_many(30)
    sequencer.run_once()
    return event, queries.proof_text(event), queries.log_keys()[0].vkey()


def run(folder: Path, proof: str, key: str, *files: bytes) -> subprocess.CompletedProcess[str]:
    """Run the downloaded program in an empty folder, with nothing of ours on its path."""
    (folder / "verify.py").write_bytes(SOURCE.read_bytes())
    (folder / "a.tlog-proof").write_bytes(proof.encode())
    for number, content in enumerate(files):
        (folder / f"file{number}").write_bytes(content)
    names = [f"file{number}" for number in range(len(files))]
    command = [sys.executable, "-I", "verify.py", "a.tlog-proof", key, *names]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_it_is_short_and_needs_nothing() -> None:
    text = SOURCE.read_text()
    assert text.count("\n") < 100
    names = {
        alias.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    names |= {node.module for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)}
    assert names <= set(sys.stdlib_module_names)
    assert not names & {"socket", "ssl", "urllib", "http"}


def test_it_proves_an_event_in_less_than_a_second(proven: tuple[Event, str, str], tmp_path: Path) -> None:
    event, proof, key = proven
    began = time.monotonic()
    done = run(tmp_path, proof, key)
    assert time.monotonic() - began < 1
    assert done.returncode == 0, done.stderr
    leaf = Leaf.objects.get(event=event)
    assert f"leaf {leaf.index} of" in done.stdout
    assert event.uid in done.stdout
    assert "市图书馆打印机采购公告" in done.stdout


def test_it_checks_files_against_the_event(proven: tuple[Event, str, str], tmp_path: Path) -> None:
    _event, proof, key = proven
    assert run(tmp_path, proof, key, FILE).returncode == 0
    other = run(tmp_path, proof, key, FILE, FILE + b".")
    assert other.returncode == 1
    assert "file1" in other.stderr


def test_it_refuses_every_changed_line(proven: tuple[Event, str, str], tmp_path: Path) -> None:
    """Each line of proof and head; signature lines of other kinds are not ours to check."""
    _event, proof, key = proven
    lines = proof.split("\n")
    signature = next(number for number, line in enumerate(lines) if line.startswith("\u2014"))
    for number in range(signature + 1):
        if lines[number]:
            changed = [*lines[:number], _other(lines[number]), *lines[number + 1 :]]
            with pytest.raises(SystemExit) as refused:
                _check("\n".join(changed), key)
            assert "NOT PROVEN" in str(refused.value), lines[number]


def _check(proof: str, key: str) -> None:
    try:
        standalone.check(proof, key)
    except (ValueError, IndexError):
        standalone.fail("damaged")


def _other(line: str) -> str:
    """The line with one character changed so that its meaning changes."""
    head, _space, tail = line.rpartition(" ")
    at = len(tail) // 2
    swapped = "B" if tail[at] != "B" else "C"
    if tail.isdigit():
        swapped = str((int(tail[at]) + 1) % 10)
    return f"{head} {tail[:at]}{swapped}{tail[at + 1 :]}" if head else f"{tail[:at]}{swapped}{tail[at + 1 :]}"


def test_it_refuses_changed_events_and_foreign_keys(proven: tuple[Event, str, str], tmp_path: Path) -> None:
    event, proof, key = proven
    changed = bodies.preimage(event).replace("打印机".encode(), "计算机".encode())
    forged = proof.replace(
        base64.b64encode(bodies.preimage(event)).decode(), base64.b64encode(changed).decode()
    )
    assert "NOT PROVEN" in run(tmp_path, forged, key).stderr
    name, key_id, material = key.split("+", 2)
    other = base64.b64encode(b"\x01" + random.Random(1).randbytes(32)).decode()
    for wrong in (f"x{key}", f"{name}+00000000+{material}", f"{name}+{key_id}+{other}", "x", "a+b+c"):
        assert "NOT PROVEN" in run(tmp_path, proof, wrong).stderr


def test_it_says_how_to_use_it(tmp_path: Path) -> None:
    (tmp_path / "verify.py").write_bytes(SOURCE.read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", "verify.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "python3 verify.py" in done.stderr
