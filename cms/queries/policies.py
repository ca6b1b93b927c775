"""Reads of policy documents."""

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from cms.models import PolicyPage
from marketplace.kernel import clock


def policies() -> QuerySet[PolicyPage]:
    """Public policy documents, newest first; where the day of publication is unknown, by the day of signing."""
    dated = Coalesce("published_on", "written_on").desc(nulls_last=True)
    return PolicyPage.objects.live().public().select_related("region").order_by(dated, "-pk")


def policies_matching(
    *, text: str = "", topic: str = "", year: int | None = None, in_force: bool = False
) -> QuerySet[PolicyPage]:
    """Policies by words of title, number or body; by topic, year of publication, validity."""
    found = policies()
    for word in text.split():
        found = found.filter(
            Q(title__icontains=word)
            | Q(document_number__icontains=word)
            | Q(index_number__icontains=word)
            | Q(body_text__icontains=word)
        )
    if topic:
        found = found.filter(topic=topic)
    if year:
        found = found.filter(published_on__year=year)
    if in_force:
        day = clock.today()
        found = found.filter(Q(repealed_on__isnull=True) | Q(repealed_on__gt=day))
        found = found.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=day))
    return found


def policy_topics() -> list[str]:
    """The topics that public policies have."""
    found = policies().exclude(topic="").order_by("topic").values_list("topic", flat=True)
    return list(dict.fromkeys(found))


def policy_years() -> list[int]:
    """The years in which public policies were published, newest first."""
    return [day.year for day in PolicyPage.objects.live().dates("published_on", "year", order="DESC")]
