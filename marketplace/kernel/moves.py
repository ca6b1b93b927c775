"""State tables: which event leads from which state to which, in one printable place."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from marketplace.kernel.refusal import Refused

S = TypeVar("S", bound=TextChoices)


class MoveRefused(Refused):
    """The table has no such move from the present state."""


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """One row: in ``frm``, on ``event``, go to ``to``. ``who`` and ``note`` are for readers."""

    frm: S
    event: str
    to: S
    who: str = ""
    note: str = ""


class Moves(Generic[S]):
    """A state table. Raises ``ValueError`` if two rows give one event two meanings."""

    def __init__(self, states: type[S], moves: Iterable[Move[S]]) -> None:
        self.states = states
        self.moves = tuple(moves)
        self._to: dict[tuple[str, str], S] = {}
        for move in self.moves:
            if (move.frm, move.event) in self._to:
                raise ValueError(f"{move.event} leads from {move.frm} to two states")
            self._to[states(move.frm), move.event] = states(move.to)

    def after(self, state: str, event: str) -> S:
        """The state that ``event`` leads to from ``state``; raises ``MoveRefused``."""
        try:
            return self._to[self.states(state), event]
        except KeyError:
            message = _("当前状态为“%(state)s”，不能进行此操作。")
            raise MoveRefused(message % {"state": self.states(state).label}) from None

    def may(self, state: str, event: str) -> bool:
        """Whether the table has this move."""
        return (self.states(state), event) in self._to

    def events(self, state: str) -> list[str]:
        """The events that lead out of ``state``, in the order of the table."""
        return [move.event for move in self.moves if move.frm == state]

    def ends(self) -> list[S]:
        """The states that nothing leads out of."""
        return [state for state in self.states if not self.events(state)]

    def table(self) -> str:
        """The table as aligned text, one move a line, values only (no translation)."""
        head = ("from", "event", "to", "who", "note")
        rows = [head, *((str(m.frm.value), m.event, str(m.to.value), str(m.who), m.note) for m in self.moves)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(head) - 1)]
        return "\n".join(
            "  ".join(
                [*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]
            ).rstrip()
            for row in rows
        )
