"""``make clean-data``: deletes the data folder of an installation, after asking."""

import os
import shutil
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OURS = ("sunlit.sqlite3", "keys/secret.key", "building")
NEVER = ("pyproject.toml", ".git", "manage.py")


def has_any(folder, names):
    """Whether one of the names exists in the folder."""
    return any(os.path.exists(os.path.join(folder, name)) for name in names)


def main():
    """Ask, then delete; refuses a folder that is not a data folder of Sunlit."""
    folder = os.path.abspath(os.path.expanduser(os.environ.get("DATA_DIR") or os.path.join(ROOT, "var")))
    if not os.path.isdir(folder):
        sys.exit("There is nothing to delete: %s does not exist." % folder)
    if not has_any(folder, OURS) or has_any(folder, NEVER):
        sys.exit("%s does not look like a data folder of Sunlit; nothing was deleted." % folder)
    print("This deletes the database, the uploaded files and the keys in %s." % folder)
    try:
        answer = input("Type yes to delete them: ")
    except EOFError:
        answer = ""
    if answer.strip().lower() != "yes":
        sys.exit("Nothing was deleted.")
    shutil.rmtree(folder)
    print("Deleted. `make run` starts over.")


if __name__ == "__main__":
    main()
