"""State tables say yes, say no, and print themselves."""

import pytest
from django.db.models import TextChoices

from marketplace.kernel.moves import Move, MoveRefused, Moves
from marketplace.kernel.refusal import Refused


class Light(TextChoices):
    RED = "red", "红"
    GREEN = "green", "绿"
    DARK = "dark", "熄灭"


MOVES = Moves(
    Light,
    [
        Move(Light.RED, "go", Light.GREEN, who="clock"),
        Move(Light.GREEN, "stop", Light.RED, who="clock", note="after 30 s"),
        Move(Light.GREEN, "fail", Light.DARK),
    ],
)


def test_an_event_leads_to_the_state_of_the_table() -> None:
    assert MOVES.after("red", "go") is Light.GREEN
    assert MOVES.after(Light.GREEN, "fail") is Light.DARK
    assert MOVES.may("red", "go")
    assert not MOVES.may("red", "stop")


def test_any_other_event_is_refused_in_plain_chinese() -> None:
    with pytest.raises(MoveRefused, match="当前状态为“红”") as refused:
        MOVES.after("red", "stop")
    assert isinstance(refused.value, Refused)


def test_an_unknown_state_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="blue"):
        MOVES.after("blue", "go")


def test_events_and_ends() -> None:
    assert MOVES.events("green") == ["stop", "fail"]
    assert MOVES.ends() == [Light.DARK]


def test_one_event_has_one_meaning() -> None:
    with pytest.raises(ValueError, match="two states"):
        Moves(Light, [Move(Light.RED, "go", Light.GREEN), Move(Light.RED, "go", Light.DARK)])


def test_the_table_prints_itself() -> None:
    assert MOVES.table().splitlines() == [
        "from   event  to     who    note",
        "red    go     green  clock",
        "green  stop   red    clock  after 30 s",
        "green  fail   dark",
    ]
