"""What the styles and templates promise without a browser: weight, icons, no inline anything."""

import re
from pathlib import Path

import pytest

from frontend.templatetags.ui import STATUSES, icon_names

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
TEMPLATES = sorted((FRONTEND / "templates").rglob("*.html"))
CSS = FRONTEND / "static" / "css" / "sunlit.css"
# Wagtail's editor has its own styles and its own policy.
OURS = [path for path in TEMPLATES if "editor" not in path.parts]


def named(path: Path) -> str:
    return path.relative_to(FRONTEND).as_posix()


def test_one_stylesheet_within_its_weight() -> None:
    assert CSS.stat().st_size <= 30 * 1024


def test_colours_come_from_tokens() -> None:
    rules = CSS.read_text(encoding="utf-8").split("@layer base{", 1)[1].split("@layer modes{", 1)[0]
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", rules)) <= {"#fff", "#8ab8ff"}


@pytest.mark.parametrize("path", OURS, ids=named)
def test_template_keeps_the_content_security_policy(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"<style\b", source)
    assert not re.search(r"\sstyle=", source)
    assert not re.search(r"\son[a-z]+=[\"']", source)
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)
    assert not re.search(r"(?:src|srcset|action)=[\"']https?:", source)
    assert not re.search(r"<link[^>]+href=[\"']https?:", source)


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_template_names_known_icons_and_statuses(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    icons = set(re.findall(r'{%-?\s*icon "([^"{]+)"', source)) | set(
        re.findall(r'{%\s*tag "\w+" "([^"]+)"', source)
    )
    assert icons <= icon_names()
    assert set(re.findall(r'{%\s*status "([^"]+)"', source)) <= STATUSES.keys()


def test_statuses_have_icons_that_exist_and_known_tones() -> None:
    for _key, (icon, tone, _words) in STATUSES.items():
        assert icon in icon_names()
        assert tone in {"pri", "zhu", "ok", "warn", "mut", "ink"}


def test_vermilion_speaks_only_of_danger_and_lateness() -> None:
    assert {key for key, (_icon, tone, _words) in STATUSES.items() if tone == "zhu"} == {
        "closing",
        "failed",
        "expired",
    }


def test_desk_entries_use_icons_of_the_sprite() -> None:
    root = FRONTEND.parent
    for path in (root / "marketplace").rglob("*.py"):
        for name in re.findall(r'icon="([a-z0-9-]+)"', path.read_text(encoding="utf-8")):
            assert name in icon_names(), f"{path.name}: {name}"
