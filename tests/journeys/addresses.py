"""Every page of ours that somebody may open, by role: ``python -m tests.journeys.addresses`` prints it as JSON.

Routes and rights are read from the routes themselves and from the reviewed table of
permissions, objects from the site in ``DATA_DIR``, which is furnished with what the demo
leaves out. A new page is therefore swept without anybody writing it down here.
"""

import json
import sys
from collections.abc import Iterator

import django

django.setup()

from wagtail.models import Page, Site  # noqa: E402

from marketplace.disclosure.models import Notice, TradeProject  # noqa: E402
from marketplace.disclosure.states import NoticeKind, NoticeState  # noqa: E402
from marketplace.registry.models import Branch, Party  # noqa: E402
from tests.sunlit import routes  # noqa: E402
from tests.sunlit.test_permissions import VISITOR, Walk, furnish, table  # noqa: E402

EDITOR = "wagtailsnippets_cms_noticedraft:"
# What programs read, and what the browser downloads or gets in pieces.
NO_PAGES = frozenset(
    {
        *("api-notices", "api_rules", "healthz", "notice_data", "notice_deadline", "robots", "sitemap"),
        *("notices-csv", "notices-feed", "notices-xlsx", "disclosure:file"),
        *("ledger_checkpoint", "ledger_entries", "ledger_proof", "ledger_tile", "ledger_verifier"),
        *("editor_login", "editor_account", f"{EDITOR}list_results"),
    }
)


def pages_of(role: str) -> Iterator[tuple[str, str]]:
    """Name and address of each page that the role may open, with an object of its own where there is one."""
    walk = Walk(role)
    rows = {key: row[role] for key, row in table().items() if key[1] == "GET"}
    for route in routes.ours():
        for scope in ("-", routes.OWN_BRANCH, routes.OTHER_BRANCH):
            if route.name in NO_PAGES or rows.get((route.name, "GET", scope)) != "200":
                continue
            if address := walk.objects.address(route, scope):
                yield route.name, address
                break


def more_for_visitors() -> Iterator[tuple[str, str]]:
    """The same pages with other contents, and the pages that editors keep; the kind before the colon."""
    for kind in NoticeKind.values:
        notice = Notice.objects.filter(kind=kind, state=NoticeState.PUBLISHED).order_by("pk").first()
        if notice:
            yield f"notice: {kind}", notice.get_absolute_url()
    withdrawn = Notice.objects.filter(state=NoticeState.WITHDRAWN).order_by("pk")[0]
    yield "notice: withdrawn", withdrawn.get_absolute_url()
    corrected = Notice.objects.filter(superseded_by__isnull=False).order_by("pk")[0]
    yield "notice: corrected", corrected.get_absolute_url()
    longest = max(TradeProject.objects.all(), key=lambda project: project.notices.count())
    yield "project: longest", f"/projects/{longest.public_id}/"
    for role in ("procuring_entity", "agency", "supplier"):
        party = next(one for one in Party.objects.order_by("pk") if role in one.roles)
        yield f"party: {role}", f"/parties/{party.public_id}/"
    yield "notices: all", "/notices/?status=all"
    yield "notices: words", "/notices/?q=采购 设备&status=all"
    yield "notices: nothing", "/notices/?q=无此公告&region=310000"
    yield "notices: bad input", "/notices/?from=x&min=abc"
    yield "notices: policies", "/notices/?q=平台&group=policy"
    site = Site.objects.get()
    for page in Page.objects.live().descendant_of(site.root_page).order_by("pk"):
        yield f"{page.specific_class.__name__}: {page.slug}", page.relative_url(site)


def collect() -> dict[str, dict[str, str]]:
    """Role → name → address; what a visitor may open too is listed for the visitor alone."""
    found = {role: dict(pages_of(role)) for role in next(iter(table().values()))}
    common = set(found[VISITOR])
    for role, pages in found.items():
        if role != VISITOR:
            found[role] = {name: address for name, address in pages.items() if name not in common}
    found[VISITOR] |= dict(more_for_visitors())
    return found


if __name__ == "__main__":
    assert Branch.objects.exists(), "this site is empty"
    furnish()
    json.dump(collect(), sys.stdout, ensure_ascii=False)
