"""One's own account: logging in and out, codes and passwords, history, sessions, roles."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.registry import actions
from marketplace.registry.backends import SESSION_UID, browser_of, current_session
from marketplace.registry.forms.accounts import AskCodeForm, ChangePasswordForm, CodeForm, LoginForm, RoleForm
from marketplace.registry.forms.fields import carry_out
from marketplace.registry.models import User
from marketplace.registry.queries import actor_for, grants_of, own_history, own_sessions, user_by_any_name
from marketplace.registry.queries.people import SESSION_GRANT
from marketplace.registry.states import LoginOutcome
from marketplace.registry.views.pages import logged_in, page_of, posted


def _next(request: HttpRequest) -> str:
    """Where to go afterwards: an address of this site, else the desk."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else reverse("desk")


def _after_login(request: HttpRequest, target: str) -> HttpResponse:
    """Who holds several roles chooses one first."""
    if len(grants_of(request.user)) > 1:
        return redirect(f"{reverse('choose_role')}?{_query(next=target)}")
    return redirect(target)


def _query(**values: str) -> str:
    from urllib.parse import urlencode

    return urlencode(values)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """By user name, mobile number or e-mail; every try goes into the login history."""
    if request.user.is_authenticated and request.method != "POST":
        return redirect(_next(request))
    form = LoginForm(posted(request))
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if isinstance(user, User):
            login(request, user)
            return _after_login(request, _next(request))
        _note_failure(request, form.cleaned_data["username"])
        form.add_error(None, _("账号或密码不正确，或账号尚未激活、已停用。"))
    status = 422 if form.errors else 200
    return render(request, "registry/login.html", {"form": form, "next": _next(request)}, status=status)


def _note_failure(request: HttpRequest, name: str) -> None:
    user = user_by_any_name(name)
    outcome = LoginOutcome.FAILED
    if getattr(request, "axes_locked_out", False):
        outcome = LoginOutcome.LOCKED
    elif user is not None and not user.is_active:
        outcome = LoginOutcome.INACTIVE
    actions.note_failure(user, outcome, browser_of(request), by=actor_for(request), at=clock.now())


def locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """After too many failures (``AXES_LOCKOUT_CALLABLE``): this account from this address only."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    response = render(request, "registry/locked.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def log_out(request: HttpRequest) -> HttpResponse:
    """Log out by a button; a followed link asks first."""
    if request.method != "POST":
        return render(request, "registry/logout.html") if request.user.is_authenticated else redirect("/")
    if request.user.is_authenticated:
        session = current_session(request)
        if session:
            actions.end_session(
                session, by=actor_for(request), at=clock.now(), reason=LoginOutcome.LOGGED_OUT
            )
        logout(request)
    messages.success(request, _("您已退出登录。"))
    return redirect("login")


Redeem = Callable[..., User]


def _redeem_page(request: HttpRequest, act: Redeem, template: str) -> HttpResponse:
    form = CodeForm(posted(request), initial={"username": request.GET.get("user", "")[:64]})
    if request.method == "POST" and form.is_valid():
        data, by = form.cleaned_data, Actor.visitor(getattr(request, "request_id", ""))
        done = carry_out(
            form, lambda: act(data["username"], data["code"], data["password"], by=by, at=clock.now())
        )
        if done:
            messages.success(request, _("密码已设置，请用新密码登录。"))
            return redirect("login")
    return render(request, template, {"form": form}, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: HttpRequest) -> HttpResponse:
    """Set the first password with a printed or mailed code."""
    return _redeem_page(request, actions.activate_account, "registry/activate.html")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest) -> HttpResponse:
    """Set a new password with a printed or mailed code."""
    return _redeem_page(request, actions.reset_password, "registry/reset.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_code(request: HttpRequest) -> HttpResponse:
    """Have a code mailed; the answer never tells whether the account exists."""
    form = AskCodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["username"]
        actions.request_code(name, by=Actor.visitor(getattr(request, "request_id", "")), at=clock.now())
        messages.info(request, _("如果账号存在且绑定了电子邮箱，一次性代码已发往该邮箱。"))
        return redirect("reset")
    return render(request, "registry/ask_code.html", {"form": form}, status=422 if form.errors else 200)


@sensitive_post_parameters()
@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password; other sessions end, this one stays."""
    form = ChangePasswordForm(posted(request))
    if request.method == "POST" and form.is_valid():
        data, uid = form.cleaned_data, request.session.get(SESSION_UID, "")
        user = carry_out(
            form,
            lambda: actions.change_password(
                request.user,
                data["old"],
                data["password"],
                session=uid,
                by=actor_for(request),
                at=clock.now(),
            ),
        )
        if user:
            update_session_auth_hash(request, user)
            messages.success(request, _("密码已修改，其他会话已结束。"))
            return redirect("sessions")
    return render(request, "registry/password.html", {"form": form}, status=422 if form.errors else 200)


@logged_in
def history(request: HttpRequest) -> HttpResponse:
    """One's own logins, successful or not."""
    return render(request, "registry/history.html", {"page": page_of(request, own_history(request.user))})


@logged_in
def sessions(request: HttpRequest) -> HttpResponse:
    """One's open sessions, each with a button that ends it."""
    context = {
        "sessions": own_sessions(request.user),
        "current": request.session.get(SESSION_UID, ""),
        "grants": grants_of(request.user),
        "actor": actor_for(request),
    }
    return render(request, "registry/sessions.html", context)


@logged_in
@require_POST
def end_own_session(request: HttpRequest, uid: str) -> HttpResponse:
    """End one of one's own sessions; somebody else's is not found."""
    session = get_object_or_404(request.user.login_sessions, uid=uid)
    actions.end_session(session, by=actor_for(request), at=clock.now())
    if uid == request.session.get(SESSION_UID):
        logout(request)
        return redirect("login")
    messages.success(request, _("该会话已结束。"))
    return redirect("sessions")


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
def choose_role(request: HttpRequest) -> HttpResponse:
    """Choose the role to work in for this session."""
    grants = grants_of(request.user)
    chosen = request.session.get(SESSION_GRANT)
    form = RoleForm(posted(request), grants=grants, initial={"grant": chosen})
    session = current_session(request)
    if request.method == "POST" and session and form.is_valid():
        grant_id = form.cleaned_data["grant"]
        if carry_out(
            form, lambda: actions.choose_grant(session, grant_id, by=actor_for(request), at=clock.now())
        ):
            request.session[SESSION_GRANT] = grant_id
            return redirect(_next(request))
    context = {"form": form, "grants": grants, "next": _next(request)}
    return render(request, "registry/choose_role.html", context, status=422 if form.errors else 200)
