"""Waiting for what a page shows. Playwright's own way evaluates words inside the page, which its policy refuses."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Error


def wait_for(page: Any, expression: str, arg: Any = None, timeout: float = 30_000) -> None:
    """Return when the expression, or the function given as words, is true in the page."""
    end = time.monotonic() + timeout / 1000
    while not _holds(page, expression, arg):
        assert time.monotonic() < end, f"not within {timeout / 1000:g} s: {expression}"
        page.wait_for_timeout(30)


def _holds(page: Any, expression: str, arg: Any) -> bool:
    """False too while the page is not there yet, or goes."""
    try:
        return bool(page.evaluate(expression, arg))
    except Error:
        return False
