"""Who acts: the one value every write takes as ``by``."""

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["person", "system", "command", "visitor"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts, in one chosen role; a role is chosen, never guessed.

    ``name`` is the account name, job name or command name. Ids are primary keys of
    ``registry`` rows; they are plain numbers here because the kernel has no tables.
    ``role`` is a value of ``registry.states.Role``; ``region`` is a GB/T 2260 code.
    """

    kind: ActorKind
    name: str = ""
    user_id: int | None = None
    person_id: int | None = None
    grant_id: int | None = None
    role: str = ""
    party_id: int | None = None
    branch_id: int | None = None
    region: str = ""
    trade_type: str = ""
    request_id: str = ""

    @classmethod
    def system(cls, name: str) -> "Actor":
        """A job of the platform itself."""
        return cls(kind="system", name=name)

    @classmethod
    def command(cls, name: str) -> "Actor":
        """A person at the server's command line."""
        return cls(kind="command", name=name)

    @classmethod
    def visitor(cls, request_id: str = "") -> "Actor":
        """Somebody who is not logged in."""
        return cls(kind="visitor", request_id=request_id)
