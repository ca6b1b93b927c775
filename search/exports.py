"""Every question as a table: CSV for programs, XLSX for people. Only what the list shows."""

import csv
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import wraps
from itertools import chain, islice
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.kernel import clock
from search import find
from search.backends.base import EngineUnavailable
from search.choices import kinds_of
from search.query import DEPTH, SearchQuery, parse
from search.rows import state_of
from search.sources import Row

ROWS = DEPTH
"""The first so many rows of a question are exported; narrower questions reach the rest."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Echo:
    """A file that hands every line back, so that rows stream as they are read."""

    def write(self, text: str) -> str:
        """Give the line back."""
        return text


def headings() -> list[str]:
    """The first row of every table."""
    return [
        _("标题"), _("公告类型"), _("业务类型"), _("地区"), _("采购（招标）单位"), _("代理机构"), _("中标（成交）人"),
        _("金额（元）"), _("发布时间（北京时间）"), _("截止时间（北京时间）"), _("状态"), _("编号"), _("来源编号"), _("网址"),
    ]  # fmt: skip


def _cells(request: HttpRequest, row: Row) -> list[str]:
    notice, facts = row.item, row.facts
    state = state_of(row, clock.now())
    return [
        row.title,
        str(row.label),
        str(kinds_of("trade").get(facts.trade, facts.trade)),
        notice.region.full_name if notice.region else "",
        notice.buyer_name,
        notice.agency_name,
        notice.winner_name,
        "" if facts.amount is None else f"{facts.amount:.2f}",
        _time(facts.published_at, day=notice.precision == "day"),
        _time(facts.deadline_at),
        {"superseded": _("已被更正"), "closed": _("已截止"), "ended": _("已截止")}.get(state, _("有效")),
        notice.public_id,
        notice.source_id,
        request.build_absolute_uri(row.url),
    ]


def _time(value: Any, *, day: bool = False) -> str:
    return (
        value.astimezone(clock.BEIJING).strftime("%Y-%m-%d" if day else "%Y-%m-%d %H:%M:%S") if value else ""
    )


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell.startswith(_FORMULA) else cell


def _asked(request: HttpRequest) -> SearchQuery:
    return replace(parse(request.GET), group="notice", page=1, cursor=None)


def _name(extension: str) -> str:
    return f"notices-{clock.now().astimezone(clock.BEIJING):%Y%m%d-%H%M}.{extension}"


def _when_the_engine_answers(
    export: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    @wraps(export)
    def answered(request: HttpRequest) -> HttpResponseBase:
        try:
            return export(request)
        except EngineUnavailable:
            return HttpResponse(_("搜索暂时不可用，请稍后再试。"), status=503, headers={"Retry-After": "60"})

    return answered


@require_safe
@_when_the_engine_answers
def notice_csv(request: HttpRequest) -> HttpResponseBase:
    """UTF-8 with a mark at the front and CRLF, as spreadsheets want it; streamed."""
    rows = find.every_row(_asked(request), limit=ROWS)
    first = list(islice(rows, 1))  # an engine that is down is noticed before the answer begins
    writer = csv.writer(_Echo(), lineterminator="\r\n")

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(headings())
        for row in chain(first, rows):
            yield writer.writerow([guarded(cell) for cell in _cells(request, row)])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_name("csv")}"'
    return response


@require_safe
@_when_the_engine_answers
def notice_xlsx(request: HttpRequest) -> HttpResponseBase:
    """A workbook in which every cell is text, so that codes keep their digits and nothing is a formula."""
    target: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(_("公告"))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 0, 60)
        sheet.set_column(1, 13, 20)
        for column, heading in enumerate(headings()):
            sheet.write_string(0, column, heading, book.add_format({"bold": True}))
        for line, row in enumerate(find.every_row(_asked(request), limit=ROWS), start=1):
            for column, cell in enumerate(_cells(request, row)):
                sheet.write_string(line, column, cell[:32_000])
    target.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(target, as_attachment=True, filename=_name("xlsx"), content_type=kind)
