"""Asking about an announcement, and answering at the desk."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.disclosure import actions, queries
from marketplace.disclosure.forms import AnswerForm, QuestionForm, ReasonForm
from marketplace.disclosure.models import Notice, Question
from marketplace.disclosure.states import QuestionState
from marketplace.disclosure.views import ANSWERING
from marketplace.kernel import clock
from marketplace.kernel.refusal import NotAllowed, Refused
from marketplace.registry.forms.fields import carry_out, show_refusal
from marketplace.registry.queries import actor_for
from marketplace.registry.views.pages import desk_page, page_of


def _notice(public_id: str) -> Notice:
    notice = queries.public_notice(public_id)
    if notice is None or notice.is_withdrawn:
        raise Http404
    return notice


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form for a question on a notice, and its sending; works without script."""
    notice = _notice(public_id)
    form = QuestionForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                question = _ask(request, notice, form)
            except actions.TooManyQuestions as refused:
                show_refusal(form, refused)
                status = 429
            except Refused as refused:
                show_refusal(form, refused)
            else:
                return redirect(
                    "disclosure:question", public_id=notice.public_id, question_id=question.public_id
                )
    response = render(request, "disclosure/ask.html", {"notice": notice, "form": form}, status=status)
    response["Cache-Control"] = "no-store, private"
    return response


def _ask(request: HttpRequest, notice: Notice, form: QuestionForm) -> Question:
    data = form.cleaned_data
    return actions.ask_question(
        notice,
        name=data["name"],
        contact=data["contact"],
        text=data["text"],
        agrees=data["agrees"],
        key=data["key"],
        by=actor_for(request),
        at=clock.now(),
    )


@require_safe
def question(request: HttpRequest, public_id: str, question_id: str) -> HttpResponse:
    """The asker's own page, known by its address alone: that it arrived, and later the answer."""
    notice = _notice(public_id)
    row = get_object_or_404(Question, public_id=question_id, notice=notice)
    response = render(request, "disclosure/question.html", {"notice": notice, "question": row})
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    return response


@desk_page(*ANSWERING)
@require_safe
def desk_questions(request: HttpRequest) -> HttpResponse:
    """Questions that wait for this desk, or all of them (``?state=all``)."""
    every = request.GET.get("state") == "all"
    rows = queries.questions_visible_to(actor_for(request))
    rows = rows if every else rows.filter(state=QuestionState.ASKED)
    context = {"page": page_of(request, rows), "every": every}
    return render(request, "disclosure/desk/questions.html", context)


def _mine(request: HttpRequest, question_id: str) -> Question:
    return get_object_or_404(queries.questions_visible_to(actor_for(request)), public_id=question_id)


@desk_page(*ANSWERING)
@require_http_methods(["GET", "HEAD", "POST"])
def desk_question(request: HttpRequest, question_id: str) -> HttpResponse:
    """One question: read it and answer it."""
    row = _mine(request, question_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = partial(
            actions.answer_question, row, **form.cleaned_data, by=actor_for(request), at=clock.now()
        )
        if carry_out(form, act):
            messages.success(request, _("答复已保存。"))
            return redirect("disclosure:desk_questions")
    context = {"question": row, "form": form, "reason_form": ReasonForm(prefix="close")}
    return render(request, "disclosure/desk/question.html", context, status=422 if form.errors else 200)


@desk_page(*ANSWERING)
@require_POST
def desk_question_contact(request: HttpRequest, question_id: str) -> HttpResponse:
    """Show who asks and how to reach them; reading leaves a trace."""
    row = _mine(request, question_id)
    name, contact = actions.read_asker(row, by=actor_for(request), at=clock.now())
    context = {"question": row, "form": AnswerForm(), "reason_form": ReasonForm(prefix="close")}
    context |= {"asker": name, "contact": contact}
    return render(request, "disclosure/desk/question.html", context)


@desk_page(*ANSWERING)
@require_POST
def desk_question_close(request: HttpRequest, question_id: str) -> HttpResponse:
    """Not answer a question, with a reason."""
    row = _mine(request, question_id)
    form = ReasonForm(request.POST, prefix="close")
    if form.is_valid():
        act = partial(actions.close_question, row, **form.cleaned_data, by=actor_for(request), at=clock.now())
        if carry_out(form, act):
            messages.success(request, _("已记录不予答复。"))
            return redirect("disclosure:desk_questions")
    context = {"question": row, "form": AnswerForm(), "reason_form": form}
    return render(request, "disclosure/desk/question.html", context, status=422)


@desk_page(*ANSWERING)
@require_POST
def desk_question_publish(request: HttpRequest, question_id: str) -> HttpResponse:
    """Make an answered question public; both agree."""
    row = _mine(request, question_id)
    try:
        actions.publish_question(row, by=actor_for(request), at=clock.now())
    except NotAllowed:
        raise
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("问题和答复已公开。"))
    return redirect("disclosure:desk_question", question_id=row.public_id)
