"""What a browser complains about while a person goes their way: gathered, to be empty at the end."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response

OWN_SCHEMES = ("data", "blob", "about")
# Chromium writes this line itself for every answer of 400 and above; answers are watched as such.
ANSWER_LINE = "Failed to load resource"


class Watch:
    """Listens to every page of a context: errors, refused content, strangers, failed answers."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.base = base
        self.found: list[str] = []
        self.answers: list[tuple[int, str]] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.found.append(f"script error: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # Breaches of the content security policy arrive here as errors, too.
        if message.type == "error" and not message.text.startswith(ANSWER_LINE):
            self.found.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).scheme not in OWN_SCHEMES and not request.url.startswith(self.base):
            self.found.append(f"third party: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.answers.append((response.status, response.url.removeprefix(self.base)))
        if response.status >= 500:
            self.found.append(f"server error {response.status}: {response.url}")

    def take(self) -> list[str]:
        """What was found since the last time."""
        found, self.found = self.found, []
        return found
