#!/usr/bin/env python
"""Django's command line for a source checkout."""

import os
import sys
from pathlib import Path

# `site/` is a plain source root: a package of that name would shadow the standard library.
sys.path.insert(0, str(Path(__file__).resolve().parent / "site"))


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunlit.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
