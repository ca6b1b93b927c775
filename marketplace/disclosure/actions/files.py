"""Files that people attach: allow-listed, measured, stored under the digest of their content."""

import hashlib
import os
import secrets
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePath
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from marketplace.disclosure.models import Attachment
from marketplace.disclosure.queries.files import stored_path
from marketplace.disclosure.rules.who import demand_grant
from marketplace.disclosure.states import Disclosure
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.ledger.actions import append
from marketplace.registry.states import Role

SIZE_LIMIT = 100 * 1024 * 1024
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "ofd": ("application/ofd", (_ZIP,)),
    "doc": ("application/msword", (_OLE,)),
    "xls": ("application/vnd.ms-excel", (_OLE,)),
    "wps": ("application/vnd.ms-works", (_OLE,)),
    "et": ("application/vnd.ms-works", (_OLE,)),
    "docx": (f"{_OFFICE}.wordprocessingml.document", (_ZIP,)),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", (_ZIP,)),
    "pptx": (f"{_OFFICE}.presentationml.presentation", (_ZIP,)),
    "zip": ("application/zip", (_ZIP,)),
    "rar": ("application/vnd.rar", (b"Rar!\x1a\x07",)),
    "7z": ("application/x-7z-compressed", (b"7z\xbc\xaf\x27\x1c",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "txt": ("text/plain; charset=utf-8", ()),
    "csv": ("text/csv; charset=utf-8", ()),
}
"""Extension → (type it is served as, how its content must begin); text must be UTF-8."""
_MACROS = ("word/vbaProject.bin", "xl/vbaProject.bin", "ppt/vbaProject.bin")


class FileRefused(Refused):
    """The file is of a kind, size or content that is not taken."""


def attach_file(
    stream: IO[bytes],
    *,
    name: str,
    branch_id: int,
    disclosure: str = Disclosure.PUBLIC.value,
    by: Actor,
    at: datetime,
) -> Attachment:
    """Store a file for a notice that is being written; it is bound when the notice is released.

    Authors and reviewers of the branch. Content is stored once under its SHA-256. Raises
    ``NotAllowed``, ``FileRefused`` (type, size up to 100 MB, content that is not what the
    name says, a finding of the scanner named in ``SUNLIT_FILE_SCANNER``).
    """
    grant = demand_grant(by, Role.AUTHOR, Role.REVIEWER)
    if grant.branch_id != branch_id:
        raise NotAllowed(_("只能为本平台的公告上传附件。"))
    clean, extension = _named(name)
    if disclosure not in Disclosure.values:
        raise FileRefused(_("请选择附件的公开范围。"), field="disclosure")
    sha256, size = _stored(stream, extension)
    with transaction.atomic():
        attachment = Attachment.objects.create(
            branch_id=branch_id,
            name=clean,
            content_type=TYPES[extension][0],
            size=size,
            sha256=sha256,
            disclosure=disclosure,
            uploaded_by_id=by.user_id,
            uploaded_at=clock.now(),
        )
        data = {"public_id": attachment.public_id, "sha256": sha256, "size": size, "level": disclosure}
        append("disclosure.file_attached", by=by, at=at, subject=attachment, data=data)
    return attachment


def _named(name: str) -> tuple[str, str]:
    bare = PurePath(name.replace("\\", "/")).name
    clean = "".join(char for char in bare if char.isprintable() and char not in '<>:"|?*').strip(" .")
    extension = clean.rpartition(".")[2].lower() if "." in clean else ""
    if extension not in TYPES:
        allowed = "、".join(TYPES)
        raise FileRefused(_("不支持该文件类型，可上传：%(types)s。") % {"types": allowed}, field="file")
    stem = clean.rpartition(".")[0][: 190 - len(extension)] or "file"
    return f"{stem}.{extension}", extension


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(256 * 1024):
        yield chunk


def _received(stream: IO[bytes]) -> tuple[str, int, Path]:
    folder = Path(settings.FILES_DIR) / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / secrets.token_hex(16)
    digest, size = hashlib.sha256(), 0
    try:
        with temporary.open("xb") as out:
            for chunk in _chunks(stream):
                size += len(chunk)
                if size > SIZE_LIMIT:
                    raise FileRefused(_("文件不能超过 100 MB。"), field="file")
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if size == 0:
            raise FileRefused(_("文件是空的。"), field="file")
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return digest.hexdigest(), size, temporary


def _stored(stream: IO[bytes], extension: str) -> tuple[str, int]:
    """Receive, examine and keep a file; its digest and size."""
    sha256, size, temporary = _received(stream)
    try:
        _demand_content(temporary, extension)
        _demand_scanned(temporary)
        _keep(temporary, sha256)
    finally:
        temporary.unlink(missing_ok=True)
    return sha256, size


def _demand_content(path: Path, extension: str) -> None:
    """The content begins as its kind must; Office files carry no macros; text is UTF-8 text."""
    begins = TYPES[extension][1]
    with path.open("rb") as file:
        head = file.read(4096)
    if begins and not head.startswith(begins):
        raise FileRefused(_("文件内容与扩展名不符。"), field="file")
    if not begins and (b"\x00" in head or not _is_text(path)):
        raise FileRefused(_("文本文件须为 UTF-8 编码。"), field="file")
    if extension in ("docx", "xlsx", "pptx") and _has_macros(path):
        raise FileRefused(_("文件含有宏，请另存为不含宏的文件。"), field="file")


def _is_text(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as lines:
            for _line in lines:
                pass
    except UnicodeDecodeError:
        return False
    return True


def _has_macros(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name in _MACROS for name in archive.namelist())
    except zipfile.BadZipFile:
        raise FileRefused(_("文件已损坏，无法打开。"), field="file") from None


def _demand_scanned(path: Path) -> None:
    """Ask the installation's scanner: a callable(path) that returns a finding, or an empty string."""
    dotted = getattr(settings, "SUNLIT_FILE_SCANNER", "")
    finding = import_string(dotted)(path) if dotted else ""
    if finding:
        raise FileRefused(_("安全检查未通过：%(finding)s。") % {"finding": finding}, field="file")


def _keep(temporary: Path, sha256: str) -> None:
    """Move into its place; the same content again is already there."""
    place = stored_path(sha256)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        os.chmod(temporary, 0o640)
        os.replace(temporary, place)
