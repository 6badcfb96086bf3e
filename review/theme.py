"""Light or dark: as the system has it, unless the visitor chose one; kept by the browser."""

from __future__ import annotations

from enum import StrEnum

from fastapi import Request

THEME_COOKIE = "fazhi_theme"


class Theme(StrEnum):
    LIGHT = "light"
    DARK = "dark"


def dark_media(request: Request) -> str:
    """For which media the page takes dark.css; never for print."""
    chosen = request.cookies.get(THEME_COOKIE)
    if chosen == Theme.LIGHT:
        return "not all"
    return "screen" if chosen == Theme.DARK else "screen and (prefers-color-scheme: dark)"
