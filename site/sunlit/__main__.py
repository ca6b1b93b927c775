"""``python -m sunlit`` is the ``sunlit`` command."""

from sunlit.cli import main

main()
