"""Reading lines out of files: JSON Lines, CSV with a header, plain text; gzip directly.

A reader yields :class:`Line` after :class:`Line`. What it cannot read it yields as a line
with a ``problem``, and goes on with the next one.
"""

import csv
import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

# What a column of a CSV file may be called.
COLUMNS = {
    "id": ("id", "编号", "信息编号", "公告id", "序号id"),
    "title": ("title", "标题", "公告标题", "公告名称"),
    "body": ("body", "text", "content", "正文", "内容", "公告内容"),
    "date": ("date", "published", "published_at", "发布日期", "发布时间", "公告日期", "日期"),
    "source": ("source", "来源", "信息来源", "发布媒体"),
    "url": ("url", "link", "链接", "网址", "原文链接"),
    "region": ("region", "地区", "行政区域", "所属地区"),
    "kind": ("kind", "type", "公告类型", "信息类型", "类型"),
    "trade": ("trade", "trade_type", "交易类型", "业务类型"),
    "buyer": ("buyer", "采购人", "招标人", "采购单位", "采购（招标）单位", "采购(招标)单位"),
    "winner": ("winner", "中标人", "成交供应商", "中标（成交）人", "中标(成交)人"),
    "agency": ("agency", "代理机构", "招标代理", "采购代理机构"),
    "amount": ("amount", "金额", "中标金额", "成交金额", "金额（元）", "金额(元)"),
    "code": ("code", "项目编号", "招标编号", "采购编号"),
    "deadline": ("deadline", "截止时间", "投标截止时间"),
}
_FIELD_OF = {name: key for key, names in COLUMNS.items() for name in names}
_LONGEST_LINE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One record with the line it begins on, or the reason why it could not be read."""

    number: int
    values: dict[str, str] = field(default_factory=dict)
    problem: str = ""


class Unreadable(Exception):
    """A whole file cannot be read; the message says why."""


def format_of(path: Path) -> str:
    """``jsonl``, ``csv`` or ``text`` by name, else by the first characters."""
    name = path.name.lower().removesuffix(".gz")
    for ending, kind in (
        (".jsonl", "jsonl"),
        (".ndjson", "jsonl"),
        (".json", "jsonl"),
        (".csv", "csv"),
        (".txt", "text"),
    ):
        if name.endswith(ending):
            return kind
    with opened(path) as stream:
        head = stream.read(2048).lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith(b"{"):
        return "jsonl"
    first = decoded(head.splitlines()[0]) if head else ""
    return (
        "csv"
        if len({_FIELD_OF.get(name.strip().lower()) for name in first.split(",")} - {None}) >= 2
        else "text"
    )


def opened(path: Path) -> BinaryIO:
    """The file's bytes; gzip is undone whatever the file is called."""
    stream = path.open("rb")
    magic = stream.read(2)
    stream.seek(0)
    return gzip.GzipFile(fileobj=stream) if magic == b"\x1f\x8b" else stream  # type: ignore[return-value]


def digest_of(path: Path) -> str:
    """SHA-256 of the file as it lies there."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def count_lines(path: Path) -> int:
    """How many lines a file has, for progress; 0 where it cannot be told."""
    try:
        with opened(path) as stream:
            return sum(1 for _line in stream)
    except (EOFError, OSError, zlib.error):
        return 0


def decoded(data: bytes) -> str:
    """Text in UTF-8, UTF-16 with its mark, or GB18030; raises ``UnicodeDecodeError``."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def read(path: Path) -> Iterator[Line]:
    """Every record of a JSON Lines or CSV file. Raises ``Unreadable`` where nothing can be read."""
    reader = _jsonl if format_of(path) == "jsonl" else _csv
    yield from reader(path)


def _jsonl(path: Path) -> Iterator[Line]:
    number = 0
    with opened(path) as stream:
        try:
            for number, data in enumerate(_pieces(stream), start=1):
                if data.strip():
                    yield _json_line(number, data)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            yield Line(number + 1, problem=_("压缩文件不完整，从这里起无法读取。"))


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    """Lines of bytes; one that never ends is cut so that it cannot fill the memory."""
    while data := stream.readline(_LONGEST_LINE + 1):
        while len(data) > _LONGEST_LINE and not data.endswith(b"\n"):
            rest = stream.readline(_LONGEST_LINE)
            if not rest or rest.endswith(b"\n"):
                break
        yield data


def _json_line(number: int, data: bytes) -> Line:
    if len(data) > _LONGEST_LINE:
        return Line(number, problem=_("这一行过长。"))
    try:
        row = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Line(number, problem=_("不是 UTF-8 文字。"))
    except (ValueError, RecursionError) as error:
        return Line(
            number,
            problem=_("不是有效的 JSON：%(error)s") % {"error": getattr(error, "msg", "RecursionError")},
        )
    if not isinstance(row, dict):
        return Line(number, problem=_("每一行应当是一个 JSON 对象。"))
    wrong = [
        key
        for key, value in row.items()
        if not isinstance(value, str | int | float | None) and key in _FIELD_OF
    ]
    if wrong:
        return Line(number, problem=_("字段 %(name)s 不是文字。") % {"name": wrong[0]})
    return Line(number, _named(row))


def _named(row: dict[str, object]) -> dict[str, str]:
    """The known fields as text; characters that no database takes are left out."""
    values: dict[str, str] = {}
    for name, value in row.items():
        key = _FIELD_OF.get(str(name).strip().lower())
        if key and value is not None and key not in values:
            values[key] = _clean(str(value))
    return values


def _clean(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _csv(path: Path) -> Iterator[Line]:
    """Records of a CSV file; after a bad one reading goes on at the next line."""
    try:
        with opened(path) as stream:
            lines = io.StringIO(decoded(stream.read()), newline="").readlines()
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError) as error:
        raise Unreadable(_("文件无法读取：%(error)s") % {"error": type(error).__name__}) from error
    csv.field_size_limit(_LONGEST_LINE)
    header, start = _header(lines)
    while start < len(lines):
        line, start = _record(lines, start, header)
        if line is not None:
            yield line


def _header(lines: list[str]) -> tuple[list[str], int]:
    reader = csv.reader(lines)
    names = [name.strip().lower() for name in next(reader, [])]
    keys = {_FIELD_OF.get(name) for name in names}
    if not {"title", "body"} <= keys:
        raise Unreadable(_("第一行应当是表头，至少有“标题”（title）和“正文”（body）两列。"))
    return names, reader.line_num


def _record(lines: list[str], start: int, header: list[str]) -> tuple[Line | None, int]:
    """The record that begins at index ``start`` and the index after it."""
    reader = csv.reader(lines[start : start + 5000], strict=True)
    try:
        row = next(reader)
    except StopIteration:
        return None, len(lines)
    except csv.Error as error:
        return Line(start + 1, problem=_("引号或分隔符有误：%(error)s") % {"error": error}), start + 1
    if not row or row == [""]:
        return None, start + reader.line_num
    if len(row) != len(header):
        problem = _("有 %(found)d 列，表头有 %(wanted)d 列。") % {"found": len(row), "wanted": len(header)}
        return Line(start + 1, problem=problem), start + 1
    return Line(start + 1, _named(dict(zip(header, row, strict=True)))), start + reader.line_num


def read_text(path: Path) -> str:
    """The whole text of a document. Raises ``Unreadable``."""
    try:
        with opened(path) as stream:
            data = stream.read(_LONGEST_LINE + 1)
        if len(data) > _LONGEST_LINE:
            raise Unreadable(_("文件过大。"))
        return _clean(decoded(data))
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError) as error:
        raise Unreadable(_("文件无法读取：%(error)s") % {"error": type(error).__name__}) from error
