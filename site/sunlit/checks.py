"""What ``sunlit check`` says about this installation, and ``check --deploy`` before it serves the public."""

import stat
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError

from sunlit.production import problems
from sunlit.setup import has_full_text


@register(Tags.security)
def hosts_are_named(**kwargs: Any) -> list[CheckMessage]:
    """A ``*`` in ALLOWED_HOSTS switches the origin checks off."""
    if any("*" in host for host in settings.ALLOWED_HOSTS):
        return [Error("ALLOWED_HOSTS holds *: name the hosts of this site.", id="sunlit.E001")]
    return []


@register(Tags.compatibility)
def sqlite_can_search(**kwargs: Any) -> list[CheckMessage]:
    """The embedded search needs FTS5."""
    if settings.ELASTICSEARCH_URL or has_full_text():
        return []
    return [
        Error("This Python's SQLite has no full-text search (FTS5): use another Python.", id="sunlit.E002")
    ]


@register(Tags.security)
def keys_are_private(**kwargs: Any) -> list[CheckMessage]:
    """Nobody but the account of the site reads its keys."""
    folders = {Path(settings.KEYS_DIR), Path(settings.LEDGER_KEYS_DIR)}
    paths = [path for folder in folders if folder.is_dir() for path in (folder, *folder.iterdir())]
    open_ones = [str(path) for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if not open_ones:
        return []
    hint = f"chmod -R go= {' '.join(map(str, folders))}"
    return [Error(f"Keys can be read by others: {', '.join(open_ones)}", hint=hint, id="sunlit.E003")]


@register(Tags.security, deploy=True)
def production_is_complete(**kwargs: Any) -> list[CheckMessage]:
    """Everything that a production start demands, plus what only the database knows."""
    from sunlit import settings as assembled

    found: list[CheckMessage] = []
    if not settings.SUNLIT_PRODUCTION:
        found.append(Error("SUNLIT_PRODUCTION=1 is not set.", id="sunlit.E010"))
    values = vars(assembled) | {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    found += [Error(sentence, id="sunlit.E011") for sentence in problems(values)]
    return found + _what_the_database_knows()


def _what_the_database_knows() -> list[CheckMessage]:
    from sunlit.production import database_problems

    try:
        return [Error(sentence, id="sunlit.E012") for sentence in database_problems()]
    except DatabaseError as error:
        return [Warning(f"The database cannot be asked: {type(error).__name__}", id="sunlit.W001")]
