"""Pages that hold every part of the house's look once, drawn without a database or a server."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory

from frontend.context import COOKIE
from marketplace.kernel import clock

FOLDER = Path(__file__).parent / "gallery"
PAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.html")))
SHA = "8c1f40ab77d266e30b7a19c4e8d20f83ab6c7d515e2b94af0c11e82d77035e09"
MONTHS = ["3.12", "2.41", "3.88", "4.05", "3.66", "4.92", "3.74", "3.51", "4.48", "3.95", "5.21", "4.37"]


class UnitForm(forms.Form):
    """Every kind of field; always refused, so that every kind of error is seen."""

    name = forms.CharField(label="单位名称")
    uscc = forms.CharField(label="统一社会信用代码", help_text="18 位，在营业执照右上角。")
    kind = forms.ChoiceField(
        label="单位类型", choices=[("a", "企业"), ("b", "个体")], widget=forms.RadioSelect
    )
    day = forms.DateField(label="成立日期", help_text="例如 2016年3月8日，或 2016-03-08")
    region = forms.ChoiceField(label="注册地区", choices=[("1", "临溪区"), ("2", "北渡区")])
    capital = forms.CharField(
        label="注册资本（元）",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "data-words": "in-words"}),
    )
    roles = forms.MultipleChoiceField(
        label="角色",
        choices=[("a", "供应商"), ("b", "采购单位")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    text = forms.CharField(label="说明", widget=forms.Textarea, required=False)
    file = forms.FileField(label="营业执照")
    agreed = forms.BooleanField(label="我承诺以上内容真实")

    def clean_uscc(self) -> str:
        """Always wrong."""
        raise forms.ValidationError("校验位不对，请核对第 18 位")


def _course() -> list[dict[str, Any]]:
    return [
        {"label": "采购意向", "url": "#", "note": "9月28日", "state": "done"},
        {"label": "更正（第 1 次）", "url": "#", "at": clock.now(), "state": "fix"},
        {"label": "获取文件", "note": "今天 17:30 止", "state": "now"},
        {"label": "结果公告", "note": "评审后 2 个工作日内", "state": "next"},
    ]


def _facets() -> list[dict[str, Any]]:
    districts = [
        {"value": "2", "label": "市本级", "count": 21},
        {"value": "3", "label": "临溪区", "count": 0},
    ]
    city = {"value": "1", "label": "砚江市", "count": 47, "checked": True, "children": districts}
    states = [
        {"value": "a", "label": "有效", "count": 47, "checked": True},
        {"value": "b", "label": "已结束"},
    ]
    return [
        {"label": "状态", "name": "status", "type": "radio", "open": True, "options": states},
        {"label": "地区", "name": "region", "type": "checkbox", "open": True, "options": [city]},
        {"label": "发布时间", "name": "date", "chosen": "不限", "options": []},
    ]


def _desk() -> dict[str, Any]:
    entries = [{"label": "待办", "url": "#", "icon": "inbox", "count": 7, "current": True}]
    more = [{"label": "公告起草", "url": "#", "icon": "pencil", "count": 1}]
    return {
        "desk_nav": [{"label": "", "entries": entries}, {"label": "公告", "entries": more}],
        "desk_role": "采购单位",
        "desk_unit": "砚江市生态环境局",
        "desk_person": "沈禾",
        "desk_unread": 2,
        "viewer": SimpleNamespace(is_authenticated=True),
    }


def context(name: str) -> dict[str, Any]:
    """What the gallery's pages are drawn with."""
    now = clock.now()
    body = "<h2>一、概况</h2><p>文字。</p><table><tr>" + "<td>很长很长的一列文字</td>" * 9 + "</tr></table>"
    change = {"label": "获取文件截止时间", "before": "11月23日 17:30", "after": "11月24日 17:30"}
    return {
        "form": UnitForm({"uscc": "1"}),
        "soon": now + timedelta(hours=7, minutes=48, seconds=1),
        "later": now + timedelta(days=3, hours=4, seconds=1),
        "big": Decimal("1286000"),
        "nodes": _course(),
        "rows": [(f"{month}月", Decimal(value)) for month, value in enumerate(MONTHS, 1)],
        "changes": [change],
        "chips": [{"label": word, "url": "#"} for word in ("有效", "政府采购", "砚江市", "只看最新版本")],
        "facets": _facets(),
        "sha": SHA,
        "steps": ["签到", "公布投标人", "解密", "唱标", "确认与异议", "记录签章", "归档下载"],
        "body": body,
        "page": Paginator(range(1000), 20).page(2),
        **(_desk() if name == "desk" else {}),
    }


def draw(name: str, display: str = "") -> str:
    """One gallery page as HTML, under the display preferences of a cookie."""
    request = RequestFactory().get(f"/{name}/")
    request.COOKIES[COOKIE] = display
    template = engines["django"].from_string((FOLDER / f"{name}.html").read_text(encoding="utf-8"))
    return template.render(context(name), request)
