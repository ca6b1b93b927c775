"""What every business rule raises when it says no."""


class Refused(Exception):
    """A rule refuses an act; the message is shown to the person who tried.

    ``message`` is plain Chinese (translated where needed) and says what to do.
    ``field`` names the form field it belongs to, empty for the whole form.
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotAllowed(Refused):
    """The actor has no right to this act (HTTP 403; 404 where the object itself is secret)."""
