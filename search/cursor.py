"""Where a list goes on: signed, so that nobody can point into a question that was never asked."""

from dataclasses import dataclass

from django.core import signing

_SALT = "search.cursor"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The order values of the last document shown, and the second at which the list began.

    ``values`` are what the list is sorted by, ending with the document's own order number; ``at`` keeps
    "closing soonest" standing still while somebody reads on.
    """

    values: tuple[float | int, ...]
    at: int

    def signed(self, digest: str) -> str:
        """The text for an address, bound to one question."""
        return signing.dumps([list(self.values), self.at, digest], salt=_SALT, compress=True)


def read(signed: str, digest: str) -> Cursor | None:
    """The cursor of this very question, or ``None`` for anything else."""
    if len(signed) > 500:
        return None
    try:
        values, at, asked = signing.loads(signed, salt=_SALT)
        return Cursor(tuple(values), int(at)) if asked == digest else None
    except (signing.BadSignature, ValueError, TypeError):
        return None
