"""Templates compile, keep to the house's form, and hold nothing that the strict policy refuses."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.template import TemplateSyntaxError, engines

from tests.architecture.test_sizes_and_names import ROOT, relative, tracked

TEMPLATES = [path for path in tracked(".html", ".txt", ".xml") if "templates" in path.parts]
HTML = [path for path in TEMPLATES if path.suffix == ".html"]
INLINE = {
    "inline style": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "inline script": re.compile(
        r"<script\b(?![^>]*\bsrc=)(?![^>]*type=[\"']application/(?:ld\+)?json)", re.I
    ),
    "event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I),
    "third-party host": re.compile(
        r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"'](?:https?:)?//", re.I
    ),
    "javascript address": re.compile(r"(?:href|src|action)\s*=\s*[\"']\s*javascript:", re.I),
}


def template_name(path: Path) -> str:
    """The name a template is loaded by."""
    parts = path.parts
    return "/".join(parts[len(parts) - parts[::-1].index("templates") :])


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_template_compiles(path: Path) -> None:
    try:
        engines["django"].get_template(template_name(path))
    except TemplateSyntaxError as error:
        pytest.fail(f"{relative(path)}: {error}")


@pytest.mark.parametrize("path", HTML, ids=relative)
def test_template_has_nothing_inline(path: Path) -> None:
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text("utf-8"), flags=re.S)
    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


def test_templates_are_in_the_house_form() -> None:
    if not HTML:
        return
    djade = Path(sys.executable).with_name("djade")
    command = [str(djade), "--check", "--target-version", "5.2", *map(str, HTML)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
