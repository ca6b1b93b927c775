#!/usr/bin/env python
"""The ``sunlit`` command for a source checkout."""

import sys
from pathlib import Path

# `site/` is a plain source root: a package of that name would shadow the standard library.
sys.path.insert(0, str(Path(__file__).resolve().parent / "site"))

from sunlit.cli import main

if __name__ == "__main__":
    main()
