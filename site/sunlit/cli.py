"""The ``sunlit`` command; ``python manage.py …`` is the same thing under another name.

Names may be written with hyphens (``import-announcements``); every command of Django and
Wagtail works as well.
"""

import os
import sys
from collections.abc import Sequence

COMMANDS = {
    "serve": "serve the website, and build the demo first where there is nothing yet",
    "worker": "run the jobs of a cluster: sequencer, deliveries, clock",
    "setup": "create or bring up to date the database and the rules",
    "demo": "build the demo into an empty site",
    "import-announcements": "take in announcements and policy documents from files",
    "search-rebuild": "build the search index anew while the old one answers",
    "search-check": "compare the search index with the database and repair it",
    "verify": "check the whole ledger",
    "backup": "write database, files and the list of keys into one folder",
    "restore": "put a backup back",
    "check": "say what is wrong with this installation (--deploy: before it serves the public)",
}

PRIVATE = ("serve", "setup", "demo", "worker", "backup", "restore", "import-announcements")


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command; failures that a person can mend end in a plain sentence."""
    arguments = list(sys.argv if argv is None else argv)
    if len(arguments) < 2 or (arguments[1] in ("-h", "--help", "help") and len(arguments) == 2):
        print(usage())
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunlit.settings")
    arguments[0] = "sunlit"
    if arguments[1] in PRIVATE:
        os.umask(0o077)  # what these write is for the site's own account only
    arguments[1] = arguments[1].replace("-", "_") if not arguments[1].startswith("-") else arguments[1]
    try:
        _execute(arguments)
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
    except OSError as error:
        sys.exit(explain(error))


def _execute(arguments: list[str]) -> None:
    from django.core.exceptions import ImproperlyConfigured

    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(arguments)
    except ImproperlyConfigured as error:
        sys.exit(str(error))


def usage() -> str:
    """What can be asked for, one line each."""
    lines = [f"  sunlit {name:<22}{what}" for name, what in COMMANDS.items()]
    return "\n".join(
        ["Sunlit 阳光交易", "", *lines, "", "sunlit COMMAND --help says more about one of them."]
    )


def explain(error: OSError) -> str:
    """A sentence that says what to do about what the operating system refused."""
    where = f" ({error.filename})" if error.filename else ""
    match error.errno:
        case 28:
            return f"The disk is full{where}. Free some space, or choose another folder with DATA_DIR=/path/to/folder."
        case 13 | 30:
            return f"No right to write{where}. Give the folder to your user, or set DATA_DIR=/path/to/folder."
        case 98 | 48:
            return f"The port is in use{where}. Choose another one: make run PORT=8080"
        case _:
            return f"{error.strerror or error}{where}"
