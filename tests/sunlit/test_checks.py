"""``sunlit check`` and ``check --deploy`` name what is wrong."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.urls import NoReverseMatch, get_resolver

from sunlit import checks

pytestmark = pytest.mark.django_db


def messages(**options: object) -> str:
    """What the command says when it refuses."""
    with pytest.raises(SystemCheckError) as refused:
        call_command("check", **options)
    return str(refused.value)


def test_this_checkout_is_well() -> None:
    call_command("check", databases=["default"])


def test_deploy_refuses_an_embedded_installation(settings) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
    said = messages(deploy=True)
    for sentence in (
        "SUNLIT_PRODUCTION=1 is not set",
        "ALLOWED_HOSTS must name",
        "BASE_URL must be",
        "USE_TLS",
    ):
        assert sentence in said


def test_deploy_refuses_a_ledger_without_key(settings) -> None:
    assert "run sunlit setup" in " ".join(str(found) for found in checks.production_is_complete())


def test_a_star_in_the_hosts_is_refused_always(settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert "ALLOWED_HOSTS holds *" in messages()


def test_keys_that_others_may_read_are_refused(settings, tmp_path) -> None:
    settings.KEYS_DIR = settings.LEDGER_KEYS_DIR = tmp_path
    tmp_path.chmod(0o700)
    (tmp_path / "secret.key").write_text("x")
    (tmp_path / "secret.key").chmod(0o644)
    assert "Keys can be read by others" in messages()
    (tmp_path / "secret.key").chmod(0o600)
    call_command("check")


def test_every_rate_limit_names_an_address_that_exists(settings) -> None:
    names = {name.split()[-1] for name in settings.RATE_LIMITS}
    missing = []
    for name in names:
        *namespaces, last = name.split(":")
        resolver = get_resolver()
        try:
            for namespace in namespaces:
                resolver = resolver.namespace_dict[namespace][1]
            if last not in resolver.reverse_dict:
                raise NoReverseMatch
        except (KeyError, NoReverseMatch):
            missing.append(name)
    assert missing == []
