"""The desk page of the workday calendar."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.kernel import clock
from marketplace.registry import actions
from marketplace.registry.forms.fields import EmptyForm, PlainForm, carry_out
from marketplace.registry.forms.rules import HolidayForm, YearForm, year_of
from marketplace.registry.models import Holiday, HolidayYear
from marketplace.registry.queries import actor_for
from marketplace.registry.rules import may_edit_holidays
from marketplace.registry.states import Role
from marketplace.registry.views.pages import back_to, desk_page
from marketplace.registry.views.rules import READERS

EDITORS = (Role.SYSTEM_ADMIN, Role.OPERATOR)


@desk_page(*READERS)
@require_safe
def holidays(request: HttpRequest) -> HttpResponse:
    """Days that differ from the plain week, by ``?year=``."""
    return _page(request, year_of(request.GET.get("year", "")))


def _page(
    request: HttpRequest, year: int, form: HolidayForm | None = None, year_form: PlainForm | None = None
) -> HttpResponse:
    known = HolidayYear.objects.filter(year=year).first()
    context = {
        "year": year,
        "years": range(max(2000, year - 2), min(2100, year + 2) + 1),
        "days": Holiday.objects.filter(day__year=year),
        "known": known,
        "form": form or HolidayForm(),
        "year_form": year_form or YearForm(),
        "may_edit": may_edit_holidays(actor_for(request)),
    }
    wrong = (form and form.errors) or (year_form and year_form.errors)
    return render(request, "registry/holidays.html", context, status=422 if wrong else 200)


def _to_year(year: int) -> HttpResponse:
    response = back_to("desk_holidays")
    response["Location"] += f"?year={year}"
    return response


@desk_page(*EDITORS)
@require_http_methods(["POST"])
def set_day(request: HttpRequest) -> HttpResponse:
    """Enter or change one day."""
    form = HolidayForm(request.POST)
    actor = actor_for(request)
    if form.is_valid():
        data = form.cleaned_data
        done = carry_out(form, lambda: actions.set_holiday(**data, by=actor, at=clock.now()))
        if done:
            messages.success(request, _("已保存。"))
            return _to_year(done.day.year)
    return _page(request, year_of(request.POST.get("day", "")[:4]), form)


@desk_page(*EDITORS)
@require_http_methods(["POST"])
def remove_day(request: HttpRequest, day: str) -> HttpResponse:
    """Take one day out of the table."""
    actor = actor_for(request)
    holiday = Holiday.objects.filter(day=_day(day)).first() if _day(day) else None
    if holiday is not None:
        form = EmptyForm(request.POST)
        form.is_valid()
        carry_out(form, lambda: actions.remove_holiday(holiday.day, by=actor, at=clock.now()))
        messages.success(request, _("已删除。"))
    return _to_year(year_of(day[:4]))


def _day(text: str) -> str | None:
    form = HolidayForm({"day": text, "name": "-", "is_workday": "0"})
    return form.cleaned_data["day"] if form.is_valid() else None


@desk_page(*EDITORS)
@require_http_methods(["POST"])
def complete_year(request: HttpRequest, year: int) -> HttpResponse:
    """Declare a year complete."""
    form = YearForm(request.POST)
    actor = actor_for(request)
    if form.is_valid():
        basis = form.cleaned_data["legal_basis"]
        if carry_out(form, lambda: actions.complete_holiday_year(year, basis, by=actor, at=clock.now())):
            messages.success(request, _("该年度已标记为录全，期限计算不再提示。"))
            return _to_year(year)
    return _page(request, year, year_form=form)
