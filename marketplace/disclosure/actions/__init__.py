"""Every write of this room."""

from marketplace.disclosure.actions.content import NoticeContent, PartyName

__all__ = ["NoticeContent", "PartyName"]
