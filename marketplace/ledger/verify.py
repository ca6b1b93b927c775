"""``sunlit verify``: recompute the whole log from its events and name everything that does not fit.

Found is any change, loss or reordering of events, leaves, nodes and signed heads. A log that
was cut off together with its newest heads, or forged as a whole by somebody with the private
key, is found only with a head that was kept elsewhere: give it as ``earlier``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Field
from django.utils.translation import gettext as _

from marketplace.ledger import bodies, deliveries, keys, merkle, notes
from marketplace.ledger.models import Checkpoint, Delivery, Event, Heartbeat, Leaf, LogKey, Node

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not fit; ``where`` names the row."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(slots=True)
class Report:
    """What was checked and what was found."""

    origin: str = ""
    size: int = 0
    events: int = 0
    padding: int = 0
    checkpoints: int = 0
    problems: list[Problem] = field(default_factory=list)
    unsequenced: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; events that still wait for the sequencer are no error."""
        return not self.problems

    def lines(self) -> list[str]:
        """The report in sentences for the person at the command line."""
        counts = _(
            "日志 %(origin)s：%(size)d 个叶（事件 %(events)d，填充 %(padding)d），签名检查点 %(heads)d 个。"
        )
        named = {"origin": self.origin or "–", "size": self.size, "events": self.events}
        found = [counts % {**named, "padding": self.padding, "heads": self.checkpoints}]
        found += [_("尚未写入日志的事件：%s") % name for name in self.unsequenced]
        found += [_("发现问题：%s") % problem for problem in self.problems]
        return [*found, _("核验通过，全部记录与签名一致。") if self.ok else _("核验未通过。")]

    def wrong(self, where: str, what: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(where, what))


class _Range:
    """The roots of the complete subtrees so far, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.stack: list[bytes] = []
        self.nodes: dict[tuple[int, int], bytes] = {}

    def add(self, leaf: bytes) -> None:
        found, rest, height = leaf, self.size, 0
        while rest & 1:
            found, rest, height = merkle.node_hash(self.stack.pop(), found), rest >> 1, height + 1
            if height % merkle.HEIGHT == 0:
                self.nodes[height // merkle.HEIGHT, rest] = found
        self.stack.append(found)
        self.size += 1

    def root(self) -> bytes:
        if not self.stack:
            return merkle.EMPTY
        found = self.stack[-1]
        for left in reversed(self.stack[:-1]):
            found = merkle.node_hash(left, found)
        return found


def verify_log(*, earlier: str = "") -> Report:
    """Check every event, leaf, node and signed head; ``earlier`` is a checkpoint kept elsewhere."""
    report = Report()
    verifiers = _keys(report)
    heads = _heads(report, verifiers)
    known = _earlier(report, earlier, verifiers)
    _events(report)
    _tree(report, heads, known)
    _tail(report)
    return report


def _keys(report: Report) -> list[notes.Verifier]:
    verifiers = keys.verifiers()
    if len({verifier.name for verifier in verifiers}) > 1:
        report.wrong("ledger_logkey", _("日志名称不止一个"))
    for row, verifier in zip(LogKey.objects.order_by("-created_at", "-id"), verifiers, strict=True):
        if row.key_id != verifier.key_id().hex():
            report.wrong(f"ledger_logkey {row.pk}", _("密钥编号与公钥不符"))
    report.origin = verifiers[0].name if verifiers else ""
    return verifiers


def _heads(report: Report, verifiers: list[notes.Verifier]) -> dict[int, bytes]:
    """The signed sizes with their roots, as the notes say."""
    found: dict[int, bytes] = {}
    epoch = 0
    for row in Checkpoint.objects.order_by("size").iterator(CHUNK):
        report.checkpoints += 1
        wrong = _head_problem(row, verifiers, report.origin)
        if wrong or row.epoch < epoch:
            report.wrong(f"ledger_checkpoint {row.size}", wrong or _("签发轮次倒退"))
        epoch = max(epoch, row.epoch)
        found[row.size] = bytes(row.root)
    for beat in Heartbeat.objects.all():
        if wrong := _note_problem(beat.note, verifiers, beat.size, found.get(beat.size, b""), report.origin):
            report.wrong("ledger_heartbeat", wrong)
    return found


def _head_problem(row: Checkpoint, verifiers: list[notes.Verifier], origin: str) -> str:
    wrong = _note_problem(row.note, verifiers, row.size, bytes(row.root), origin)
    if not wrong and notes.signed_at(row.note, verifiers) != row.created_at:
        return _("签发时间与签名不符")
    return wrong


def _note_problem(note: str, verifiers: list[notes.Verifier], size: int, root: bytes, origin: str) -> str:
    try:
        head = notes.open_checkpoint(note, verifiers)
        notes.signed_at(note, verifiers)
    except notes.BadNote:
        return _("签名无效")
    return "" if head == notes.Head(origin, size, root) else _("签名内容与记录不符")


def _earlier(report: Report, note: str, verifiers: list[notes.Verifier]) -> notes.Head | None:
    if not note:
        return None
    try:
        return notes.open_checkpoint(note, verifiers)
    except notes.BadNote:
        report.wrong(_("此前保存的检查点"), _("签名无效，或不是本日志的检查点"))
        return None


def _events(report: Report) -> None:
    last = 0
    while chunk := list(Event.objects.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        raw = _raw_rows(chunk[0].pk, chunk[-1].pk)
        for event in chunk:
            if bodies.digest(event) != event.digest or not _written_by_us(event, raw):
                report.wrong(_event_name(event), _("内容已被改动"))
        report.events += len(chunk)
        last = chunk[-1].pk


def _written_by_us(event: Event, raw: dict[int, tuple[Any, ...]]) -> bool:
    """Whether the row's text is byte for byte what we write; SQLite keeps any text, also an odd one."""
    if not raw:
        return True
    written = tuple(
        item.get_db_prep_save(getattr(event, item.attname), connection) for item in _text_fields()
    )
    return raw[event.pk] == written


def _text_fields() -> list["Field[Any, Any]"]:
    return [item for item in Event._meta.concrete_fields if item.name not in ("id", "salt")]


def _raw_rows(first: int, last: int) -> dict[int, tuple[Any, ...]]:
    if connection.vendor != "sqlite":
        return {}
    columns = ", ".join(f"CAST({item.column} AS TEXT)" for item in _text_fields())
    with connection.cursor() as cursor:
        query = f"SELECT id, {columns} FROM ledger_event WHERE id BETWEEN %s AND %s"  # noqa: S608
        cursor.execute(query, [first, last])
        return {row[0]: row[1:] for row in cursor.fetchall()}


def _tree(report: Report, heads: dict[int, bytes], known: notes.Head | None) -> None:
    grown = _Range()
    roots = {0: merkle.EMPTY}
    wanted = heads.keys() | ({known.size} if known else set())
    for entry in _entries(report):
        grown.add(merkle.leaf_hash(entry))
        if grown.size in wanted:
            roots[grown.size] = grown.root()
    report.size = grown.size
    for size, root in heads.items():
        if roots.get(size) != root:
            report.wrong(f"ledger_checkpoint {size}", _("与日志内容计算出的根散列不一致"))
    if grown.size != max(heads, default=0):
        report.wrong("ledger_leaf", _("日志末尾与最新检查点不一致"))
    if known and roots.get(known.size) != known.root:
        report.wrong(_("此前保存的检查点"), _("现在的日志不是在它之后续写的"))
    _nodes(report, grown.nodes)


def _entries(report: Report) -> Iterator[bytes]:
    fields = ("index", "entry", "opening", "event_id", "event__digest")
    expected = 0
    for index, entry, opening, event_id, digest in (
        Leaf.objects.order_by("index").values_list(*fields).iterator(CHUNK)
    ):
        if index != expected:
            report.wrong(f"ledger_leaf {expected}", _("缺失"))
        expected = index + 1
        report.padding += event_id is None
        if bytes(entry) != _entry(opening, digest):
            report.wrong(f"ledger_leaf {index}", _("与事件不符，事件已被改动或删除"))
        yield bytes(entry)


def _entry(opening: bytes | memoryview | None, digest: str | None) -> bytes | None:
    try:
        return bytes.fromhex(digest) if digest else bodies.padding(opening) if opening is not None else None
    except ValueError:
        return None


def _nodes(report: Report, wanted: dict[tuple[int, int], bytes]) -> None:
    stored = {(node.level, node.index): bytes(node.hash) for node in Node.objects.iterator(CHUNK)}
    for level, index in sorted(stored.keys() | wanted.keys()):
        if stored.get((level, index)) != wanted.get((level, index)):
            report.wrong(f"ledger_node {level}/{index}", _("与日志内容不符"))


def _tail(report: Report) -> None:
    """Events without leaf: waiting ones are named, those that nothing waits for are a problem."""
    queued = set(
        Delivery.objects.filter(
            consumer=deliveries.LOG, event__leaf__isnull=True, state="waiting"
        ).values_list("event_id", flat=True)
    )
    for event in Event.objects.filter(leaf__isnull=True).order_by("pk").iterator(CHUNK):
        if event.pk in queued:
            report.unsequenced.append(_event_name(event))
        else:
            report.wrong(_event_name(event), _("不在日志中，也没有等待写入"))


def _event_name(event: Event) -> str:
    return f"{event.uid} {event.kind} {bodies.stamp(event.recorded_at)}"
