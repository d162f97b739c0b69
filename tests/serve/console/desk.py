"""Someone at the console: a browser of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any


class Desk:
    """A page of the console.

    Args:
        browser: Playwright's.
        url: of the server.
        size: of the window, pixels.
        options: of the browser's context.
    """

    def __init__(self, browser: Any, url: str, size: tuple[int, int], **options: Any) -> None:
        self.url, self.size = url, size
        viewport = {"width": size[0], "height": size[1]}
        self._context = browser.new_context(viewport=viewport, locale="zh-CN", **options)
        self.page = self._context.new_page()
        self.page.set_default_timeout(20_000)
        self.troubles: list[str] = []
        self.page.on("pageerror", lambda error: self.troubles.append(f"thrown: {error}"))
        self.page.on(
            "console",
            lambda message: self.troubles.append(message.text) if "Content Security" in message.text else None,
        )
        self.page.on(
            "request", lambda r: None if r.url.startswith((url, "blob:")) else self.troubles.append(f"abroad: {r.url}")
        )

    def sign_in(self, key: str) -> None:
        self.page.goto(f"{self.url}/console")
        self.page.get_by_label("API 密钥或令牌").fill(key)
        self.page.keyboard.press("Enter")
        self.page.get_by_role("heading", name="告警列表").wait_for()
        self.page.get_by_text("实时", exact=True).wait_for()

    def rows(self) -> Any:
        """The alerts of the list."""
        return self.page.get_by_role("list").and_(self.page.locator("#list")).get_by_role("listitem")

    def open(self, words: str) -> Any:
        """Open the alert of the list that says so; returns its article."""
        self.rows().filter(has_text=words).get_by_role("link").click()
        article = self.page.get_by_role("article")
        article.get_by_role("heading", name=words).wait_for()
        return article

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def fits(self) -> bool:
        """Whether nothing is wider than the window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth") <= self.size[0])

    def keep(self, path: Path, **options: Any) -> None:
        self.page.screenshot(path=path, **options)

    def close(self) -> None:
        self._context.close()
