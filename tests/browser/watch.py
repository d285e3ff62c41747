"""What no page may do: errors in the console, broken policy, requests to anybody else."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Page, Request

# The browser's own note of an answered request; which status is right is for each test to say.
ANSWERED = "Failed to load resource: the server responded with a status of 4"
SCRIPT = """
window.shifts = [];
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push(entry.value);
}).observe({ type: "layout-shift", buffered: true });
"""


class Watch:
    """Collects the wrongs of one page."""

    def __init__(self, page: Page, address: str) -> None:
        self.wrongs: list[str] = []
        self.address = address
        page.add_init_script(SCRIPT)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.wrongs.append(f"script: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(ANSWERED):
            self.wrongs.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.wrongs.append(f"request: {request.url}")
