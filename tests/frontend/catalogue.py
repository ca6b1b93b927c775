"""Every Chinese msgid of the project, and the catalogue that translates it.

``python -m tests.frontend.catalogue`` adds new msgids to the English ``django.po`` with an
empty translation, drops the ones nobody uses, and compiles both ``django.mo``. The Chinese
``django.po`` holds only what the editor's framework leaves in English.
"""

import ast
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("site", "marketplace", "cms", "search", "frontend")
LOCALE = ROOT / "frontend" / "locale"
PO = LOCALE / "en" / "LC_MESSAGES" / "django.po"
FILLED_IN = LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po"
HEADER = "# Translations of Sunlit 阳光交易, under the same licence as the platform."
TEAM = "Sunlit maintainers"
WHEN = datetime(2026, 1, 1, tzinfo=UTC)
CHINESE = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")
FUNCTIONS = {
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
}
IN_TEMPLATE = re.compile(
    r"\b(n?gettext|_)\(u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")(?:, *u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))?",
    re.S,
)

Msgid = str | tuple[str, str]


def _files(pattern: str) -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob(pattern)):
            if "migrations" not in path.parts and "node_modules" not in path.parts:
                yield path


def _aliases(tree: ast.AST) -> dict[str, str]:
    """Local name → gettext function, from the module's imports."""
    names = {}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.module.startswith("django.utils.translation")
        ):
            for name in node.names:
                if name.name in FUNCTIONS:
                    names[name.asname or name.name] = name.name
    return names


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def python_msgids(source: str) -> Iterator[Msgid]:
    """The msgids that one Python source asks for."""
    tree = ast.parse(source)
    names = _aliases(tree)
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        function = names.get(called) or (
            called if isinstance(node.func, ast.Attribute) and called in FUNCTIONS else ""
        )
        texts = [_text(argument) for argument in node.args]
        if function.startswith("p"):
            texts = texts[1:]
        if function.startswith("n") and len(texts) > 1 and texts[0] and texts[1]:
            yield (texts[0], texts[1])
        elif function and texts and texts[0]:
            yield texts[0]


def template_msgids(source: str) -> Iterator[Msgid]:
    """The msgids that one Django template asks for."""
    for function, first, second in IN_TEMPLATE.findall(templatize(source)):
        if function == "ngettext" and second:
            yield (ast.literal_eval(first), ast.literal_eval(second))
        else:
            yield ast.literal_eval(first)


def used() -> dict[Msgid, list[str]]:
    """Every Chinese msgid → the files that use it."""
    found: dict[Msgid, list[str]] = {}
    for pattern, read in (("*.py", python_msgids), ("*.html", template_msgids), ("*.txt", template_msgids)):
        for path in _files(pattern):
            for msgid in read(path.read_text(encoding="utf-8")):
                if CHINESE.search(msgid if isinstance(msgid, str) else msgid[0]):
                    places = found.setdefault(msgid, [])
                    name = path.relative_to(ROOT).as_posix()
                    if name not in places:
                        places.append(name)
    return found


def load(path: Path = PO) -> Catalog:
    """A catalogue as it lies in the tree."""
    with path.open("rb") as file:
        return read_po(file, locale="en" if path == PO else "zh_Hans", charset="utf-8")


def empty(locale: str) -> Catalog:
    """A catalogue without messages; its head names nobody and changes with nothing."""
    return Catalog(
        locale=locale,
        header_comment=HEADER,
        project="Sunlit",
        version="0.1",
        msgid_bugs_address=TEAM,
        last_translator=TEAM,
        language_team=TEAM,
        creation_date=WHEN,
        revision_date=WHEN,
        charset="utf-8",
        fuzzy=False,
    )


def save(catalog: Catalog, path: Path = PO) -> None:
    """Write ``django.po`` in a stable order, and ``django.mo`` from it."""
    with path.open("wb") as file:
        write_po(file, catalog, width=0, sort_output=True, omit_header=False)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)


def main() -> int:
    """Bring the catalogue up to what the code uses; 1 while something lacks a translation."""
    old = load()
    new = empty("en")
    missing = 0
    for msgid, places in used().items():
        key = msgid if isinstance(msgid, str) else msgid[0]
        known = old.get(key)
        string = known.string if known is not None and known.string else ""
        flags = ["python-format"] if re.search(r"%\(\w+\)|%[sd]", key) else []
        new.add(msgid, string, locations=[(place, None) for place in places], flags=flags)
        missing += not any(string if isinstance(string, tuple) else [string])
    save(new)
    save(load(FILLED_IN), FILLED_IN)
    print(f"{len(new)} msgids, {missing} without a translation")
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main())
