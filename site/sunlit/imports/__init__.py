"""Taking in real announcements and policy documents from files."""

from sunlit.imports.run import Outcome, import_files

__all__ = ["Outcome", "import_files"]
