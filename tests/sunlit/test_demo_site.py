"""The demo, as a visitor meets it: every page answers, every link leads somewhere, nothing personal shows."""

import re
from collections import Counter
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from marketplace.ledger import keys
from marketplace.ledger.models import Event
from marketplace.registry.models import Party, Person, User

pytestmark = [pytest.mark.slow]
LINK = re.compile(r'(?:href|src|action)="([^"]*)"')
MOST_OF_A_KIND = 12


class Crawl:
    """Everything a visitor reaches from the home page by links, some of each kind of page."""

    def __init__(self, most: int = MOST_OF_A_KIND) -> None:
        self.client = Client()
        self.most = most
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.kinds: Counter[str] = Counter()
        self.came_from: dict[str, str] = {}

    def run(self, *starts: str) -> "Crawl":
        waiting = list(starts)
        while waiting:
            address = waiting.pop(0)
            if address in self.answers or not self._wanted(address):
                continue
            response = self.client.get(address)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            self.answers[address] = (response.status_code, body)
            if response.status_code in (301, 302):
                waiting.append(urljoin(address, response["Location"]))
                self.came_from.setdefault(waiting[-1], address)
            if response.get("Content-Type", "").startswith("text/html"):
                waiting += self._links(address, body.decode())
        return self

    def _wanted(self, address: str) -> bool:
        path = urlsplit(address).path
        language = "en" if path.startswith("/en/") else "zh"
        try:
            kind = f"{language} {resolve(path.removeprefix('/en') if language == 'en' else path).view_name}"
        except Exception:
            kind = f"{language} unknown"
        self.kinds[kind] += 1
        return self.kinds[kind] <= self.most

    def _links(self, address: str, page: str) -> list[str]:
        found = []
        for link in LINK.findall(page):
            target = urlsplit(urljoin(address, unescape(link)))
            if target.scheme in ("", "http") and target.netloc in ("", "testserver") and target.path:
                local = target.path + (f"?{target.query}" if target.query else "")
                self.came_from.setdefault(local, address)
                found.append(local)
        return found


STARTS = (
    "/",
    "/en/",
    "/robots.txt",
    "/sitemap.xml",
    "/notices/?status=all",
    "/api/v1/notices/?status=all&page_size=100",
)


@pytest.fixture
def crawl(demo: Path) -> Crawl:
    return Crawl().run(*STARTS)


def personal_values() -> dict[str, str]:
    """Everything in the demo that only its owner and officials may read.

    The phone of a party is left out: the demo's units publish the same office number.
    """
    values = {}
    for person in Person.objects.all():
        values[f"id of {person.pk}"] = person.id_number
        values[f"mobile of {person.pk}"] = person.mobile
    for user in User.objects.all():
        values[f"e-mail of {user.pk}"] = user.email or ""
        values[f"password of {user.pk}"] = user.password
    for party in Party.objects.all():
        values[f"account of {party.pk}"] = party.basic_account
    return {name: value for name, value in values.items() if value and len(value) >= 6}


def test_the_public_half_of_the_demo(crawl: Crawl) -> None:
    """One crawl, several promises: it takes a while to read some hundred pages."""
    wrong = {
        address: (status, crawl.came_from.get(address))
        for address, (status, _body) in crawl.answers.items()
        if status >= 400
    }
    assert wrong == {}, "links that lead nowhere, with the page they stand on"
    assert len(crawl.answers) > 100
    personal = personal_values()
    assert personal
    leaks = {
        f"{name} at {address}"
        for address, (_status, body) in crawl.answers.items()
        for name, value in personal.items()
        if value.encode() in body
    }
    assert leaks == set()


@pytest.mark.django_db
def test_the_demo_has_a_log_of_its_own(demo: Path) -> None:
    assert keys.is_demo()
    assert Event.objects.exists()
