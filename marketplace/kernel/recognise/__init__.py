"""Reading announcements and government documents: pure recognisers over text.

They say only what the text says, never fail, and look nothing up: places come back as
texts for the register to resolve.
"""

from marketplace.kernel.recognise.bidders import Bidder
from marketplace.kernel.recognise.documents import Document, recognise_document
from marketplace.kernel.recognise.notices import Recognised, recognise

__all__ = ["Bidder", "Document", "Recognised", "recognise", "recognise_document"]
