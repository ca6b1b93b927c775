"""The text of a notice: sanitised HTML, and the plain text that search and scans read."""

import html
import re

import nh3

_TAGS = {
    "p", "br", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "b", "i", "u", "sub", "sup", "blockquote",
    "table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "colgroup", "col", "a", "hr", "div", "span",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}
_BLOCK = re.compile(r"</(?:p|h[1-6]|li|tr|div|caption|blockquote)>|<br\s*/?>|<hr\s*/?>", re.IGNORECASE)
_CELL = re.compile(r"</t[dh]>", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\u00a0\u3000]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def harmless(text: str) -> str:
    """Without control characters; line ends and tabs stay."""
    return _CONTROL.sub("", text)


def one_line(text: str) -> str:
    """A short text on one line: no control characters, no line ends, white space at most single."""
    return " ".join(_CONTROL.sub("", text).split())


def sanitise(markup: str) -> str:
    """Only text, tables, lists and links to http(s), mail and phone remain; no style, no script."""
    return nh3.clean(
        _CONTROL.sub("", markup),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener nofollow",
    ).strip()


def plain(markup: str) -> str:
    """The text of sanitised markup, one line per block, cells apart by a space."""
    spaced = _BLOCK.sub("\n", _CELL.sub(" ", markup))
    bare = html.unescape(nh3.clean(spaced, tags=set()))
    lines = (_SPACES.sub(" ", line).strip() for line in bare.splitlines())
    return "\n".join(line for line in lines if line)


def paragraphs(text: str) -> str:
    """Plain text as markup: one paragraph per non-empty line, everything escaped."""
    clean = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (line.strip() for line in clean.split("\n"))
    return "\n".join(f"<p>{html.escape(line)}</p>" for line in lines if line)


def tidy(text: str) -> str:
    """Imported text without control characters and with single line ends; inner spaces stay."""
    clean = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (line.strip() for line in clean.split("\n"))
    return "\n".join(line for line in lines if line)
