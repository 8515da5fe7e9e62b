"""The cookies of one chain of redirects. A gate that sets a cookie and redirects back expects to get it. No cookie outlives its chain."""

from __future__ import annotations

from http.cookies import Morsel, SimpleCookie

from aiohttp import CookieJar
from tld import get_tld
from yarl import URL

_MOST_BYTES = 4096
"""Bytes of a cookie's name and value. Browsers ignore larger ones."""


class ChainCookies:
    """Keeps cookies by the usual rules of domain, path, expiry and ``Secure``."""

    def __init__(self) -> None:
        self._jar: CookieJar | None = None

    def store(self, cookies: SimpleCookie, url: URL) -> None:
        """Stores the cookies that the answer of ``url`` sets."""
        kept = {name: cookie for name, cookie in cookies.items() if _is_acceptable(cookie)}
        if kept:
            self._jar = self._jar or CookieJar()
            self._jar.update_cookies(kept, url)

    def header(self, url: URL) -> str:
        """The value of the Cookie header for a request of ``url``; empty without cookies."""
        cookies = self._jar.filter_cookies(url).values() if self._jar else ()
        return "; ".join(f"{cookie.key}={cookie.coded_value}" for cookie in cookies)


def _is_acceptable(cookie: Morsel[str]) -> bool:
    domain = cookie["domain"].strip(".").lower()
    if len(cookie.key) + len(cookie.coded_value) > _MOST_BYTES:
        return False
    return not domain or ("." in domain and get_tld(f"http://x.{domain}/", fail_silently=True) != domain)
