"""Files of notices, stored once under the digest of their content."""

from django.db import models

from marketplace.disclosure.models.notices import Notice
from marketplace.disclosure.models.projects import new_public_id
from marketplace.disclosure.states import Disclosure


class Attachment(models.Model):
    """A file; ``notice`` is empty while its draft is being written.

    Content lies under ``DATA_DIR/files/<aa>/<sha256>``. Name, type, size, digest and level
    never change (database triggers).
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    notice = models.ForeignKey(
        Notice, null=True, blank=True, on_delete=models.PROTECT, related_name="attachments"
    )
    branch = models.ForeignKey(
        "registry.Branch", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    disclosure = models.CharField(max_length=10, choices=Disclosure.choices, default=Disclosure.PUBLIC)
    position = models.PositiveSmallIntegerField(default=1)
    uploaded_by_id = models.BigIntegerField(null=True, blank=True)
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The stable address; the view asks the owner's disclosure."""
        return f"/files/{self.public_id}/"
