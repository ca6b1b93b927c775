"""Logging in by any name, lock-out per account, and sessions that can be ended."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from marketplace.kernel import clock
from marketplace.registry.actions import Browser, end_session, start_session, touch_session
from marketplace.registry.models import LoginSession, User
from marketplace.registry.queries.people import actor_of, user_by_any_name
from marketplace.registry.states import LoginOutcome

SESSION_UID = "registry_login"
TOUCH_EVERY = timedelta(minutes=1)


class LoginBackend(ModelBackend):
    """User name, mobile number or e-mail, with a password; superusers get no business right."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The account, or None; an unknown name takes as long as a wrong password."""
        if not username or password is None:
            return None
        user = user_by_any_name(username)
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None


def lock_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """What axes counts by: the account, whichever of its names is typed; never what was typed.

    (``AXES_USERNAME_CALLABLE``.) An unknown name counts by its digest.
    """
    typed = (credentials or {}).get("username") or (request.POST.get("username", "") if request else "")
    typed = str(typed).strip().casefold()
    known = request.__dict__.setdefault("_lock_names", {}) if request is not None else {}
    if typed not in known:
        user = user_by_any_name(typed)
        known[typed] = f"account {user.pk}" if user else hashlib.sha256(typed.encode()).hexdigest()[:32]
    return str(known[typed])


def browser_of(request: HttpRequest) -> Browser:
    """Where a request comes from, behind our own proxies."""
    address = import_string(
        getattr(settings, "AXES_CLIENT_IP_CALLABLE", "") or "axes.helpers.get_client_ip_address"
    )
    ip = address(request) if request.META.get("REMOTE_ADDR") else None
    return Browser(ip=ip or None, user_agent=request.META.get("HTTP_USER_AGENT", ""))


def open_session(sender: object, request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """On ``user_logged_in``, whoever logs in and however: the session gets a row that can be ended."""
    if request is None or not isinstance(user, User):
        return
    by = actor_of(user, None, getattr(request, "request_id", ""))
    session = start_session(user, browser_of(request), by=by, at=clock.now())
    request.session[SESSION_UID] = session.uid
    request.__dict__.pop("_registry_actor", None)


def current_session(request: HttpRequest) -> LoginSession | None:
    """The row of this browser's session."""
    uid = request.session.get(SESSION_UID, "")
    return LoginSession.objects.filter(uid=uid, user=request.user).first() if uid else None


class SessionGuard:
    """Middleware: an ended or idle session is logged out before the view runs.

    Stands after the message middleware. Costs one query for who is logged in, none for
    visitors. GB/T 22239 8.1.4.1 b.
    """

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            self._check(request)
            if request.user.is_authenticated and self._must_change(request):
                messages.info(request, _("请先修改密码。"))
                return redirect("password")
        return self.respond(request)

    def _check(self, request: HttpRequest) -> None:
        session = current_session(request)
        if session is None or session.ended_at is not None:
            self._out(request, _("您的登录会话已被结束，请重新登录。"))
            return
        by, moment = actor_of(request.user, None), clock.now()
        unused = moment - session.last_seen_at
        if unused > timedelta(minutes=settings.SESSION_IDLE_MINUTES):
            end_session(session, by=by, at=moment, reason=LoginOutcome.IDLE)
            self._out(request, _("长时间未操作，已为您自动退出，请重新登录。"))
        elif unused > TOUCH_EVERY:
            touch_session(session, by=by, at=moment)

    @staticmethod
    def _out(request: HttpRequest, message: str) -> None:
        logout(request)
        request.__dict__.pop("_registry_actor", None)
        messages.warning(request, message)

    @staticmethod
    def _must_change(request: HttpRequest) -> bool:
        return request.user.must_change_password and "/desk/" in request.path
