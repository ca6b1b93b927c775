"""``{{ form }}``: label, hint, error, field; the summary says the same words and points at the field."""

import re
from datetime import date

import pytest
from django import forms
from django.utils.formats import localize
from django.utils.translation import override


class Unit(forms.Form):
    name = forms.CharField(label="单位名称", help_text="按营业执照填写")
    kind = forms.ChoiceField(
        label="类型", choices=[("a", "企业"), ("b", "社会组织")], widget=forms.RadioSelect
    )
    day = forms.DateField(label="成立日期", required=False)
    agreed = forms.BooleanField(label="我承诺属实")

    def clean_name(self) -> str:
        raise forms.ValidationError("名称与登记不符")


def test_order_is_label_hint_error_field() -> None:
    html = str(Unit({"name": "甲"})["name"].as_field_group())
    places = [html.index(part) for part in ("<label", "按营业执照填写", "名称与登记不符", "<input")]
    assert places == sorted(places)


def test_the_field_is_described_by_hint_and_error() -> None:
    html = str(Unit({"name": "甲"})["name"].as_field_group())
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described
    for name in described[1].split():
        assert f'id="{name}"' in html
    assert 'aria-invalid="true"' in html


def test_the_summary_links_to_every_field_with_its_words() -> None:
    html = str(Unit({"name": "甲"}))
    summary = html[html.index("data-error-summary") : html.index("</ul>")]
    assert summary.count("<a href=") == 3
    for target in re.findall(r'<a href="#([^"]+)"', summary):
        assert f'id="{target}"' in html
    assert "名称与登记不符" in summary


def test_ids_are_unique() -> None:
    ids = re.findall(r'\sid="([^"]+)"', str(Unit({"name": "甲"})))
    assert len(ids) == len(set(ids))


def test_a_form_without_errors_has_no_summary() -> None:
    assert "data-error-summary" not in str(Unit())


def test_optional_fields_say_so() -> None:
    html = str(Unit())
    assert html.count("选填") == 1


def test_errors_of_the_whole_form_are_in_the_summary() -> None:
    form = Unit({})
    form.add_error(None, "额度已用完")
    assert "额度已用完" in str(form)


def test_words_of_people_are_escaped() -> None:
    form = Unit({"name": '"><script>'})
    assert "<script>" not in str(form)


@pytest.mark.parametrize("text", ["2026年11月22日", "2026-11-22", "2026/11/22", "2026.11.22", "20261122"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_dates_as_people_write_them(text: str, language: str) -> None:
    with override(language):
        assert forms.DateField().clean(text) == date(2026, 11, 22)


def test_numbers_are_grouped_in_threes() -> None:
    with override("zh-hans"):
        assert localize(20797381) in ("20797381", "20,797,381")
        from django.contrib.humanize.templatetags.humanize import intcomma

        assert intcomma(20797381) == "20,797,381"
