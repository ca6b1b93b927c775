"""Loading the declared fields and their levels of disclosure."""

import csv
import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.disclosure.models import FieldDisclosure
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed
from marketplace.ledger.actions import append
from marketplace.registry.rules import is_platform_itself

FILE = Path(__file__).resolve().parent.parent / "data" / "fields.tsv"
_KEY = ("dataset", "key", "kind", "trade_type")


@transaction.atomic
def load_field_levels(*, by: Actor, at: datetime) -> int:
    """Bring the table of fields to what the committed file says; returns the number of rows changed.

    Run by setup and upgrades; again it changes nothing and tells nothing. Rows that the file
    does not know stay. Raises ``NotAllowed`` for anybody but the platform itself.
    """
    if not is_platform_itself(by):
        raise NotAllowed(_("字段公开级别只能由安装和升级程序载入。"))
    text = FILE.read_text(encoding="utf-8")
    wanted = [
        _row(place, line) for place, line in enumerate(csv.DictReader(text.splitlines(), delimiter="\t"), 1)
    ]
    have = {tuple(getattr(row, name) for name in _KEY): row for row in FieldDisclosure.objects.all()}
    fresh = [FieldDisclosure(**line) for line in wanted if _key(line) not in have]
    altered = [row for line in wanted if (row := have.get(_key(line))) and _alter(row, line)]
    FieldDisclosure.objects.bulk_create(fresh)
    columns = [name for name in wanted[0] if name not in _KEY]
    FieldDisclosure.objects.bulk_update(altered, columns)
    if fresh or altered:
        digest = hashlib.sha256(text.encode()).hexdigest()
        data = {"file": digest, "added": len(fresh), "changed": len(altered)}
        append("disclosure.levels_loaded", by=by, at=at, data=data)
    return len(fresh) + len(altered)


def _key(line: dict[str, Any]) -> tuple[str, ...]:
    return tuple(line[name] for name in _KEY)


def _row(place: int, line: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {name: value or "" for name, value in line.items()}
    return {**row, "required": line["required"] == "1", "position": place}


def _alter(row: FieldDisclosure, line: dict[str, Any]) -> bool:
    changed = [name for name, value in line.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, line[name])
    return bool(changed)
