"""Every page that a visitor or a role of the demo can open, looked at by the machine (ux 6.4).

Each answers below 400, writes no error into the console, breaks no content policy, asks no
stranger, is never wider than the screen, and axe finds nothing (WCAG 2.2 AA and best practice):
the first of each kind on both screens and in both colours, others of its kind on one.
"""

import csv
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.conftest import Visits
from tests.sunlit.test_permissions import ROLES

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
WIDTHS = (1280, 390)
NARROWEST = 320
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
EDITOR = "wagtailsnippets_cms_noticedraft:"
# The same kind of page, and yet another one to look at.
OTHER_FACES = (
    "notices: nothing",
    "notices: words",
    "notice: tender",
    "notice: corrected",
    "notice: withdrawn",
)
SHARES = [
    *(("visitor", part, 4) for part in range(4)),
    *((role, 0, 1) for role in ROLES if role != "visitor"),
]
UPSTREAM = Path(__file__).with_name("upstream.tsv")
axe = Axe()


def violations(page: Page, *, colours_only: bool = False) -> list[str]:
    """What axe says is wrong: rule, place, words."""
    only = {"type": "rule", "values": ["color-contrast"]} if colours_only else {"type": "tag", "values": TAGS}
    found = axe.run(page, options={"runOnly": only, "resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']}: {node['target'][0]} — {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in found
        for node in rule["nodes"]
    ]


def settled(page: Page) -> None:
    """Wait until what fades in is there: a half-transparent text has no contrast of its own."""
    page.evaluate("""async () => {
        await new Promise((done) => setTimeout(done, 300));
        const moving = document.getAnimations().filter((one) => one.effect.getComputedTiming().iterations !== Infinity);
        await Promise.all(moving.map((one) => one.finished.catch(() => 0)));
    }""")


def resized(page: Page, width: int) -> None:
    """The same page on a screen of another width."""
    page.set_viewport_size({"width": width, "height": 844 if width < 600 else 900})


def look(page: Page, *, thoroughly: bool) -> list[str]:
    """All that is wrong with the page that is open."""
    found = []
    for width in WIDTHS:
        resized(page, width)
        if page.evaluate(WIDER) > 0:
            found.append(f"wider than {width} px")
        if not thoroughly and width != WIDTHS[0]:
            continue
        page.emulate_media(color_scheme="light")
        found += [f"{width} light {line}" for line in violations(page)]
        if thoroughly:  # of all rules only contrast depends on colours
            page.emulate_media(color_scheme="dark")
            found += [f"{width} dark {line}" for line in violations(page, colours_only=True)]
    resized(page, NARROWEST)
    if page.evaluate(WIDER) > 0:
        found.append(f"wider than {NARROWEST} px")
    return found


def first_of_kind(addresses: dict[str, dict[str, str]]) -> set[tuple[str, str]]:
    """Role and name of the first page of each kind."""
    first: dict[str, tuple[str, str]] = {}
    for role in ROLES:
        for name in addresses[role]:
            first.setdefault(name.partition(": ")[0], (role, name))
    return set(first.values()) | {("visitor", name) for name in OTHER_FACES}


@pytest.mark.parametrize("role, part, parts", SHARES)
def test_every_page_of(
    role: str, part: int, parts: int, visit: Visits, addresses: dict[str, dict[str, str]]
) -> None:
    """All pages of one role, with all that is wrong in one list."""
    page = visit() if role == "visitor" else visit.log_in(role)
    page.emulate_media(reduced_motion="reduce")
    watch, wrong, first = visit.watches[0], [], first_of_kind(addresses)
    pages = [(name, address) for name, address in addresses[role].items() if not name.startswith(EDITOR)]
    assert len(pages) >= 8
    for name, address in pages[part::parts]:
        answer = page.goto(address)
        found = [] if answer and answer.status < 400 else [f"answer {answer and answer.status}"]
        found += look(page, thoroughly=(role, name) in first) + watch.take()
        wrong += [f"{name} ({address}): {line}" for line in dict.fromkeys(found)]
    assert wrong == []


def upstream() -> list[tuple[str, str]]:
    """Rule and place (a pattern) of what Wagtail itself does, each line reviewed."""
    rows = csv.DictReader(UPSTREAM.read_text().splitlines(), delimiter="\t")
    return [(row["rule"], row["place"]) for row in rows]


def is_upstream(line: str) -> bool:
    """Whether a finding stands in the reviewed list."""
    rule, _, rest = line.partition(": ")
    place = rest.partition(" — ")[0]
    return any(rule == known and re.fullmatch(pattern, place) for known, pattern in upstream())


@pytest.mark.parametrize("role", ["author", "reviewer"])
def test_the_editor_of(role: str, visit: Visits, addresses: dict[str, dict[str, str]]) -> None:
    """Lists, forms and the review page in Wagtail's editor: nothing beyond what Wagtail itself does."""
    page = visit.log_in(role)
    pages = {name: address for name, address in addresses[role].items() if name.startswith(EDITOR)}
    if role == "author":
        pages["form"] = f"{pages[EDITOR + 'add']}?kind=tender&trade_type=gov_procurement"
    wrong = []
    for name, address in pages.items():
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            answer = page.goto(address)
            assert answer is not None and answer.status < 400, address
            settled(page)
            for width in WIDTHS:
                resized(page, width)
                found = [line for line in violations(page) if not is_upstream(line)]
                wrong += [f"{name} {width} {scheme}: {line}" for line in found]
    assert wrong == []


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_are_light(visit: Visits, addresses: dict[str, dict[str, str]], width: int) -> None:
    """Home, list and detail in an empty browser: at most 60 KB over the wire in at most 12 requests."""
    for name in ("home", "notices", "notices: words", "notice: tender", "notice: corrected"):
        page = visit(viewport={"width": width, "height": 900})
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        bytes_of: list[float] = []
        network.on(
            "Network.loadingFinished", lambda event, into=bytes_of: into.append(event["encodedDataLength"])
        )
        page.goto(addresses["visitor"][name])
        page.wait_for_load_state("networkidle")
        assert len(bytes_of) <= 12, (name, len(bytes_of))
        assert 1_000 < sum(bytes_of) <= 60 * 1024, (name, sum(bytes_of))


def test_the_sweep_is_not_blind(visit: Visits) -> None:
    """A page with known faults is not found good."""
    page = visit()
    page.goto("/")
    page.evaluate("""() => {
        document.querySelector("main").insertAdjacentHTML("beforeend", '<img src="/static/img/seal.svg">'
            + '<table><tbody><tr><td><input></td></tr></tbody></table><div class="wide">x</div>');
        document.querySelector(".wide").style.width = "2000px";
        document.querySelector("main p").style.color = "#7a7a7a";  // too weak on white and on black
        document.body.insertAdjacentHTML("beforeend", '<p style="color: red">x</p>');
        console.error("planted");
        fetch("https://third.invalid/").catch(() => {});
    }""")
    found = "\n".join(look(page, thoroughly=True))
    for rule in ("image-alt", "label", "color-contrast", "wider than 320 px", "1280 dark", "390 light"):
        assert rule in found, rule
    complaints = "\n".join(visit.watches[0].take())
    for complaint in ("planted", "style-src", "connect-src"):
        assert complaint in complaints, complaint
