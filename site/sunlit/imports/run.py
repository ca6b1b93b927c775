"""One run over some files: in batches, with progress, with every refused line named.

A run that was killed is simply run again: what is in stays, the rest follows. A file whose
lines are all known opens no batch and writes nothing.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from cms.actions import import_policy
from marketplace.disclosure.actions import NoticeContent, close_batch, import_notice, open_batch
from marketplace.disclosure.models import ImportBatch
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.recognise import Document, recognise_document
from marketplace.kernel.refusal import Refused
from marketplace.registry.queries.places import region_by_name
from sunlit.imports.contents import Prepared, forget_regions, prepare
from sunlit.imports.readers import Line, Unreadable, count_lines, digest_of, format_of, read, read_text

BY = Actor.command("import-announcements")
BATCH = 200

Report = Callable[[Path, int, str], None]
Progress = Callable[[Path, int, int], None]


@dataclass(slots=True)
class Outcome:
    """What became of a file's lines."""

    taken: int = 0
    known: int = 0
    changed: int = 0
    refused: int = 0

    @property
    def seen(self) -> int:
        """How many lines have been dealt with."""
        return self.taken + self.known + self.changed + self.refused

    def add(self, other: "Outcome") -> None:
        """Count another outcome in."""
        self.taken += other.taken
        self.known += other.known
        self.changed += other.changed
        self.refused += other.refused


@dataclass(slots=True)
class _File:
    """The state of one file's run."""

    path: Path
    source: str
    report: Report
    remark: Report
    progress: Progress
    outcome: Outcome = field(default_factory=Outcome)
    batch: ImportBatch | None = None
    digest: str = ""
    lines: int = 0
    projects: dict[str, int | None] = field(default_factory=dict)


def import_files(
    paths: Iterable[Path], *, report: Report, remark: Report, progress: Progress, source: str = ""
) -> dict[Path, Outcome]:
    """Take in files one after the other; ``source`` stands for lines that name none.

    ``report`` hears of every refused line (file, line, reason), ``remark`` of doubts about
    lines that went in, ``progress`` (file, done, of how many)
    after every batch. Idempotent and resumable.
    """
    forget_regions()
    return {path: _import_file(_File(path, source, report, remark, progress)) for path in paths}


def _import_file(run: _File) -> Outcome:
    try:
        if format_of(run.path) == "text":
            _import_document(run)
        else:
            run.digest, run.lines = digest_of(run.path), count_lines(run.path)
            _import_lines(run)
    except Unreadable as error:
        _refuse(run, 0, str(error))
    except OSError as error:
        _refuse(run, 0, error.strerror or str(error))
    return run.outcome


def _refuse(run: _File, line: int, reason: str) -> None:
    run.outcome.refused += 1
    run.report(run.path, line, reason)


def _import_document(run: _File) -> None:
    text = read_text(run.path)
    document = recognise_document(text)
    region = next((found for hint in document.regions if (found := region_by_name(hint))), None)
    try:
        _page, created = import_policy(
            title=document.title,
            body_text=_whole(document),
            digest=hashlib.sha256(text.encode()).hexdigest(),
            index_number=document.index_number,
            topic=document.topic,
            issuing_body=document.issuing_body,
            written_on=document.written_on,
            published_on=document.published_on,
            document_number=document.document_number,
            keywords=document.keywords,
            source=document.source,
            summary=document.summary,
            region=region,
            by=BY,
            at=clock.now(),
        )
    except Refused as refused:
        _refuse(run, 1, refused.message)
        return
    run.outcome.add(Outcome(taken=1) if created else Outcome(known=1))
    if created:
        for doubt in document.doubts:
            run.remark(run.path, 1, doubt)


def _whole(document: Document) -> str:
    """The text, and after it the head of the original, so that search finds every phrase of the file."""
    if not document.body or not document.around:
        return document.body
    return f"{document.body}\n\n{_('原件题头（导入时原样保留）')}\n{document.around}"


def _import_lines(run: _File) -> None:
    """Notices that state a number first, so that those without one find their project by name."""
    waiting: set[int] = set()
    for chunk in _chunks(_prepared(run, read(run.path))):
        numbered = [(line, one) for line, one in chunk if one.has_number]
        waiting |= {line for line, one in chunk if not one.has_number}
        _take(run, numbered)
    if waiting:
        rest = (line for line in read(run.path) if line.number in waiting)
        for chunk in _chunks(_prepared(run, rest)):
            _take(run, chunk)
    if run.batch is not None:
        taken = run.batch.notices.count()
        close_batch(
            run.batch,
            taken=taken,
            known=run.outcome.known,
            refused=run.outcome.refused,
            by=BY,
            at=clock.now(),
        )


def _prepared(run: _File, lines: Iterable[Line]) -> Iterator[tuple[int, Prepared]]:
    for line in lines:
        if line.problem:
            _refuse(run, line.number, line.problem)
            continue
        try:
            yield line.number, prepare(line.values, default_source=run.source)
        except Refused as refused:
            _refuse(run, line.number, refused.message)


def _chunks(rows: Iterator[tuple[int, Prepared]]) -> Iterator[list[tuple[int, Prepared]]]:
    chunk: list[tuple[int, Prepared]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == BATCH:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _take(run: _File, rows: list[tuple[int, Prepared]]) -> None:
    """One transaction: all lines that can go in, or nothing at all when they all are in already."""
    if not rows:
        return
    before = run.batch
    outcome = Outcome()
    with transaction.atomic():
        batch = before or _open(run, rows[0][1].content.source)
        for number, prepared in rows:
            _take_one(run, batch, number, prepared, outcome)
        if outcome.taken or outcome.changed:
            run.batch = batch
        elif before is None:
            transaction.set_rollback(True)
    run.outcome.add(outcome)
    run.progress(run.path, run.outcome.seen, max(run.lines, run.outcome.seen))


def _open(run: _File, source: str) -> ImportBatch:
    """The batch of an earlier run over this file that was cut off, else a new one."""
    same = {"file_digest": run.digest, "finished_at__isnull": True}
    unfinished = ImportBatch.objects.select_for_update().filter(**same).order_by("pk").first()
    return unfinished or open_batch(
        source=source, file_name=run.path.name, file_digest=run.digest, by=BY, at=clock.now()
    )


def _take_one(run: _File, batch: ImportBatch, number: int, prepared: Prepared, outcome: Outcome) -> None:
    try:
        imported = import_notice(_placed(run, prepared), batch=batch, by=BY, at=clock.now())
    except Refused as refused:
        outcome.refused += 1
        run.report(run.path, number, refused.message)
        return
    except (DataError, IntegrityError, ValueError) as error:
        outcome.refused += 1
        run.report(run.path, number, _("无法入库：%(error)s") % {"error": type(error).__name__})
        return
    setattr(outcome, imported.outcome, getattr(outcome, imported.outcome) + 1)
    _remember(run, prepared, imported.notice.project_id)
    _remark(run, number, prepared, imported.outcome)


def _placed(run: _File, prepared: Prepared) -> NoticeContent:
    """The content, put into the project of the notice with the same name in this file."""
    project = None if prepared.has_number else run.projects.get(prepared.name_key)
    return replace(prepared.content, project_id=project) if project else prepared.content


def _remember(run: _File, prepared: Prepared, project_id: int | None) -> None:
    """Which project a name leads to; a name that leads to two leads nowhere."""
    if prepared.name_key and prepared.has_number and project_id:
        known = run.projects.setdefault(prepared.name_key, project_id)
        if known != project_id:
            run.projects[prepared.name_key] = None


def _remark(run: _File, number: int, prepared: Prepared, became: str) -> None:
    if became == "changed":
        run.remark(run.path, number, _("来源文本与已导入的不同，原文保留，已提请编辑核对。"))
    elif became == "taken":
        for remark in prepared.remarks:
            run.remark(run.path, number, remark)
