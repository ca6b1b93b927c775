"""People, their accounts, what they are granted, and how they logged in."""

import secrets
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.registry.crypto import EncryptedTextField
from marketplace.registry.models.parties import Party
from marketplace.registry.models.places import Branch, Region
from marketplace.registry.states import CodePurpose, LoginOutcome, Role


class Person(models.Model):
    """A natural person; not an account and not a party.

    Phone and ID number are encrypted, found through blind indexes, never public, and
    deleted three years after the last grant ended (个人信息保护法 47).
    """

    name = models.CharField(_("姓名"), max_length=64)
    id_number = EncryptedTextField(_("身份证号"), blank=True, default="")
    id_index = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    mobile = EncryptedTextField(_("手机号"), blank=True, default="")
    mobile_index = models.CharField(max_length=64, blank=True, default="", db_index=True, editable=False)
    branch = models.ForeignKey(
        Branch,
        verbose_name=_("所属平台"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
    )
    created_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("人员")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Finds accounts by any of their names; creates bare ones for tests and the command line."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account of a user name, whatever the case."""
        return self.get(username=(username or "").strip().casefold())

    def create_user(self, username: str, password: str | None = None, **extra: Any) -> "User":
        """A bare account without person or grants; business code uses actions instead."""
        user = self.model(username=username.strip().casefold(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **extra: Any) -> "User":
        """Wagtail's technical superuser: it has no business right whatever."""
        return self.create_user(username, password, is_superuser=True, **extra)


class User(AbstractBaseUser, PermissionsMixin):
    """An account. Its name is case-folded and is neither an e-mail nor a mobile number.

    The mobile number for login is encrypted; its blind index keeps it unique.
    """

    username = models.CharField(_("用户名"), max_length=64, unique=True)
    email = models.EmailField(_("电子邮箱"), null=True, blank=True, unique=True)
    mobile = EncryptedTextField(_("手机号"), blank=True, default="")
    mobile_index = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    person = models.OneToOneField(
        Person, verbose_name=_("人员"), null=True, blank=True, on_delete=models.PROTECT, related_name="user"
    )
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(_("须修改密码"), default=False)
    activated_at = models.DateTimeField(_("激活时间"), null=True, blank=True)
    password_changed_at = models.DateTimeField(_("密码修改时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("建立时间"), null=True, blank=True)
    # The login history says more, and Django's own field is written without an event.
    last_login = None

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("账号")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.username

    @property
    def is_staff(self) -> bool:
        """Asked by third-party code only; means nothing here."""
        return False

    def get_full_name(self) -> str:
        """The person's name, else the account's."""
        return self.person.name if self.person else self.username

    def get_short_name(self) -> str:
        """Same as the full name: Chinese names are not shortened."""
        return self.get_full_name()


class RoleGrant(models.Model):
    """A dated role: person × role × (party, branch, region, trade type). R81, R99, R102, R103.

    Never deleted: it ends by ``valid_to`` (last day, Beijing) or by ``revoked_at``.
    """

    person = models.ForeignKey(
        Person, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="grants"
    )
    role = models.CharField(_("角色"), max_length=16, choices=Role.choices)
    party = models.ForeignKey(
        Party,
        verbose_name=_("代表单位"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="grants",
    )
    branch = models.ForeignKey(
        Branch, verbose_name=_("平台"), null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    region = models.ForeignKey(
        Region,
        verbose_name=_("监督区域"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="grants",
    )
    trade_type = models.CharField(_("交易类型"), max_length=24, blank=True, default="")
    valid_from = models.DateField(_("生效日"))
    valid_to = models.DateField(_("截止日"), null=True, blank=True)
    granted_by = models.ForeignKey(
        Person, verbose_name=_("授权人"), null=True, on_delete=models.PROTECT, related_name="granted"
    )
    granted_at = models.DateTimeField(_("授权时间"))
    reason = models.CharField(_("授权依据"), max_length=200, blank=True, default="")
    revoked_at = models.DateTimeField(_("收回时间"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        Person,
        verbose_name=_("收回人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="revoked",
    )
    revoke_reason = models.CharField(_("收回原因"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("角色授权")
        ordering = ["-valid_from", "-pk"]
        indexes = [models.Index(fields=["role", "valid_from"])]
        constraints = [
            models.CheckConstraint(
                name="grant_dates_in_order",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()}"


def new_session_uid() -> str:
    """A random name for a session that tells nothing about the cookie."""
    return secrets.token_hex(16)


class LoginSession(models.Model):
    """One logged-in browser; can be listed and ended. Kept six months (网络安全法 21)."""

    uid = models.CharField(max_length=32, unique=True, default=new_session_uid)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="login_sessions")
    grant = models.ForeignKey(RoleGrant, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("登录时间"))
    last_seen_at = models.DateTimeField(_("最近使用"))
    ip = models.GenericIPAddressField(_("地址"), null=True, blank=True)
    user_agent = models.CharField(_("浏览器"), max_length=200, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    end_reason = models.CharField(_("结束原因"), max_length=16, choices=LoginOutcome.choices, blank=True)

    class Meta:
        verbose_name = _("登录会话")
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(
                name="session_end_has_reason",
                condition=Q(ended_at__isnull=True, end_reason="")
                | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
            )
        ]

    def __str__(self) -> str:
        return self.uid


class LoginRecord(models.Model):
    """One line of the login history, successful or not. Kept six months (网络安全法 21)."""

    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.CASCADE, related_name="login_records"
    )
    tried = models.CharField(_("登录名"), max_length=64, blank=True)
    outcome = models.CharField(_("结果"), max_length=16, choices=LoginOutcome.choices)
    at = models.DateTimeField(_("时间"), db_index=True)
    ip = models.GenericIPAddressField(_("地址"), null=True, blank=True)
    user_agent = models.CharField(_("浏览器"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("登录记录")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.tried} {self.outcome}"


class OneTimeCode(models.Model):
    """The digest of a code that opens one door once; deleted 30 days after its end."""

    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="codes")
    purpose = models.CharField(_("用途"), max_length=16, choices=CodePurpose.choices)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("签发时间"))
    expires_at = models.DateTimeField(_("失效时间"))
    used_at = models.DateTimeField(_("使用时间"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("错误次数"), default=0)

    class Meta:
        verbose_name = _("一次性代码")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"
