"""A production start refuses to be half-configured, in plain sentences."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sunlit.hosts import own_names

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "SUNLIT_PRODUCTION": "1",
    "SECRET_KEY": "k3yOf-Sixty_Random.Characters+That/Nobody=Knows0123456789abcdef",
    "ALLOWED_HOSTS": "ggzy.example.org",
    "BASE_URL": "https://ggzy.example.org",
    "DATABASE_URL": "postgresql://sunlit@db.invalid/sunlit",
}


def start(tmp_path: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of their own; an empty value unsets a name."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    values = {name: value for name, value in (COMPLETE | changes).items() if value}
    environment = (
        kept | values | {"DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}"}
    )
    return subprocess.run(
        [sys.executable, "-c", "import sunlit.settings"], env=environment, capture_output=True, text=True
    )


def test_a_complete_environment_starts(tmp_path: Path) -> None:
    done = start(tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY must be"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY must be"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name"),
        ({"ALLOWED_HOSTS": "ggzy.example.org,*.example.org"}, "ALLOWED_HOSTS must name"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name"),
        ({"BASE_URL": "http://ggzy.example.org"}, "BASE_URL must be"),
        ({"DATABASE_URL": ""}, "DATABASE_URL must name"),
        ({"USE_TLS": "0"}, "USE_TLS must stay on"),
        ({"DEBUG": "1"}, "DEBUG must be off"),
        ({"RATE_LIMITS_ENABLED": "0"}, "RATE_LIMITS_ENABLED"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, changes: dict[str, str], sentence: str) -> None:
    done = start(tmp_path, **changes)
    assert done.returncode != 0
    assert sentence in done.stderr


def test_everything_missing_is_named_at_once(tmp_path: Path) -> None:
    done = start(tmp_path, SECRET_KEY="", ALLOWED_HOSTS="", BASE_URL="", DATABASE_URL="")
    assert all(name in done.stderr for name in ("SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "DATABASE_URL"))


def test_production_never_makes_its_own_secret(tmp_path: Path) -> None:
    start(tmp_path, SECRET_KEY="")
    assert not (tmp_path / "data/keys/secret.key").exists()


def test_keys_that_others_can_read_are_refused(tmp_path: Path) -> None:
    (tmp_path / "data/keys").mkdir(parents=True)
    (tmp_path / "data/keys").chmod(0o755)
    assert "readable by its owner only" in start(tmp_path).stderr


def test_sqlite_in_production_is_a_choice(tmp_path: Path) -> None:
    assert start(tmp_path, DATABASE_URL="", SQLITE_ON_PURPOSE="1").returncode == 0


def test_the_embedded_secret_is_made_once_and_private(tmp_path: Path) -> None:
    embedded = dict.fromkeys(COMPLETE, "")
    assert start(tmp_path, **embedded).returncode == 0
    key = tmp_path / "data/keys/secret.key"
    first = key.read_text()
    assert key.stat().st_mode & 0o777 == 0o600 and len(first.strip()) >= 60
    assert start(tmp_path, **embedded).returncode == 0
    assert key.read_text() == first


def test_hosts_are_never_everything() -> None:
    assert own_names("127.0.0.1") == ["127.0.0.1", "localhost", "[::1]"]
    assert "192.0.2.5" in own_names("192.0.2.5")
    assert all("*" not in name and name != "0.0.0.0" for name in own_names("0.0.0.0"))
