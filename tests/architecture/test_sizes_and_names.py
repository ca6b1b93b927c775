"""Uniform app files, small functions, small files: the forms that keep the house readable."""

import ast
import subprocess
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ["marketplace/ledger", "marketplace/registry", "marketplace/disclosure", "marketplace/inbox", "cms"]
APP_FILES = {
    *("models", "states", "rules", "queries", "actions", "forms", "views", "consumers", "urls", "tasks"),
    *("apps", "admin", "migrations", "management", "templatetags", "api", "feeds", "wagtail_hooks"),
}
# What an app holds besides, with the reason; anything else is a new name that needs one.
OWN_NAMES = {
    "marketplace/ledger": {
        *(
            "deliveries",
            "idempotency",
            "leases",
            "sequencer",
            "quiet",
            "triggers",
            "verify",
            "merkle",
            "notes",
        ),
        *("bodies", "keys", "standalone"),
    },
    "marketplace/registry": {"crypto", "desk", "data", "backends"},
    "marketplace/disclosure": {"data", "scan"},
    "marketplace/inbox": set(),
    "cms": set(),
}
FORBIDDEN = {"utils", "helpers", "common", "managers", "services", "misc", "util", "helper"}
SOURCES = ["site", "marketplace", "cms", "search", "frontend", "tests"]
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 40


@lru_cache
def tracked(*suffixes: str) -> list[Path]:
    """Files of the repository, those not yet committed included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    paths = [ROOT / name for name in names if name.endswith(suffixes or ("",)) and name]
    return [path for path in paths if path.is_file()]


def python_files() -> list[Path]:
    """Our Python files, without migrations."""
    return [path for path in tracked(".py") if "migrations" not in path.parts]


def relative(path: Path) -> str:
    """A path as it is written in messages."""
    return path.relative_to(ROOT).as_posix()


def test_top_level_holds_only_the_named_rooms() -> None:
    allowed = {"site", "marketplace", "cms", "search", "frontend", "tests"}
    allowed |= {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "Makefile"}
    allowed |= {"pyproject.toml", "manage.py"}
    names = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {name for name in names if not name.startswith(".")} <= allowed


def test_site_is_no_package() -> None:
    assert not (ROOT / "site/__init__.py").exists(), "a package called site shadows the standard library"


def test_tests_are_packages_at_every_level() -> None:
    folders = {path.parent for path in tracked(".py") if path.is_relative_to(ROOT / "tests")}
    assert [relative(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize("app", APPS)
def test_apps_have_the_same_files(app: str) -> None:
    folder = ROOT / app
    names = {
        path.relative_to(folder).parts[0].removesuffix(".py")
        for path in tracked()
        if path.is_relative_to(folder)
    }
    allowed = APP_FILES | OWN_NAMES[app] | {"__init__", "README.md"}
    assert names <= allowed, f"names no app has: {sorted(names - allowed)}"


def test_nothing_is_called_utils() -> None:
    found = [relative(path) for path in python_files() if FORBIDDEN & set(path.with_suffix("").parts)]
    assert [name for name in found if name != "tests/services.py"] == []


def test_files_are_short() -> None:
    long = {}
    for path in python_files():
        lines = path.read_text("utf-8").count("\n")
        if lines >= MOST_LINES_OF_A_FILE:
            long[relative(path)] = lines
    assert long == {}, "split the file by what it is about"


def test_functions_are_short() -> None:
    long = {}
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > MOST_LINES_OF_A_FUNCTION:
                    long[f"{relative(path)}:{node.name}"] = lines
    assert long == {}


def public_functions(pattern: str) -> list[tuple[str, ast.FunctionDef]]:
    """Public functions at module level of the files that match."""
    found = []
    for path in python_files():
        if path.match(pattern) and "tests" not in path.parts:
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    found.append((relative(path), node))
    return found


def actions() -> list[tuple[str, ast.FunctionDef]]:
    """Every public function of an actions module, or of one of its parts."""
    return public_functions("*/actions.py") + [
        found for found in public_functions("*/actions/*.py") if "/actions/_" not in found[0]
    ]


def test_every_action_says_who_and_when_by_keyword() -> None:
    wrong = []
    for path, node in actions():
        keywords = [argument.arg for argument in node.args.kwonlyargs]
        if keywords[-2:] != ["by", "at"]:
            wrong.append(f"{path}:{node.name}")
    assert wrong == [], "actions end in (…, *, by: Actor, at: datetime)"


def test_every_action_and_model_has_a_docstring() -> None:
    silent = [f"{path}:{node.name}" for path, node in actions() if not ast.get_docstring(node)]
    for path in python_files():
        if "models" in path.with_suffix("").parts and "tests" not in path.parts:
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef) and not ast.get_docstring(node):
                    silent.append(f"{relative(path)}:{node.name}")
    assert silent == []
