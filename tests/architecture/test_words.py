"""What must not stand in the repository: paths of machines, secrets, other hosts' registries."""

import re

from tests.architecture.test_sizes_and_names import relative, tracked

BINARY = (".png", ".ico", ".mo", ".gz", ".xlsx", ".pdf", ".woff2")
# Written in pieces so that this file does not find itself.
MACHINE_PATHS = re.compile(
    r"(?<![\w.$}])/(?:" + "|".join(("wo" + "rk", "fa" + "rm", "ro" + "ot")) + r")/[a-z.]"
)
SECRETS = re.compile(
    "-----BEGIN " + r"(?:EC |RSA |OPENSSH )?PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bsk_live_\w{10,}"
)


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """Where a pattern occurs in a text file of the repository."""
    found = []
    for path in tracked():
        if path.suffix in BINARY:
            continue
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{relative(path)}:{number}")
    return found


def test_no_path_of_a_machine() -> None:
    assert lines_with(MACHINE_PATHS) == []


def test_no_secret() -> None:
    assert lines_with(SECRETS) == []


def test_only_the_clock_reads_the_time() -> None:
    """Decisions about time ask the one clock; nobody reads the machine's."""
    pattern = re.compile(r"\b(?:timezone\.now|datetime\.now|datetime\.utcnow|date\.today)\(")
    allowed = ("marketplace/kernel/clock.py", "site/sunlit/logs.py", "tests/")
    found = [where for where in lines_with(pattern) if where.split(":")[0].endswith(".py")]
    assert [where for where in found if not where.startswith(allowed)] == []
