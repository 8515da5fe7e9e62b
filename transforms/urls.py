"""Addresses: their normalized and canonical forms, and the keys that identify entries and articles.

Normalization must never give two articles the same address: the second one would be lost as already seen. So only parameters that
are known to track readers are dropped. Lists that also drop ``cid``, ``source`` or ``session`` are too broad for news (see
docs/decisions.md).
"""

from __future__ import annotations

import hashlib
from urllib.parse import urljoin

from tld import get_fld
from w3lib.url import safe_url_string
from yarl import URL

from schemas import Reason, Rejected

TRACKING_PREFIXES = (
    "utm_",
    "at_",
    "mc_",
    "mtm_",
    "pk_",
    "itm_",
    "vero_",
    "hsa_",
    "oly_",
    "ns_",
    "__twitter_",
    "__source",
)
TRACKING_NAMES = frozenset(
    "fbclid gclid gclsrc dclid msclkid yclid twclid igshid igsh wbraid gbraid xtor cmpid cmp smid ftag ocid mkt_tok mkt_cid "
    "wt_mc wt.mc _hsenc _hsmi _ga _gl ncid ito sref traffic_source rss_source maca".split()
)


def normalize_url(url: str) -> str:
    """The address in one spelling, without credentials, fragment and tracking parameters. Raises Rejected(BAD_URL) unless it is http(s)."""
    try:
        return _normalized(URL(url.strip()))
    except (ValueError, IndexError) as error:  # yarl raises IndexError for "http://[]@"
        raise Rejected(Reason.BAD_URL, f"{url[:200]!r}: {error}") from error


def _normalized(parsed: URL) -> str:
    if parsed.scheme not in ("http", "https"):
        raise ValueError("not an http or https address")
    if not parsed.raw_host:
        raise ValueError("no host")
    kept = [(name, value) for name, value in parsed.query.items() if not _is_tracking(name)]
    plain = parsed.with_user(None).with_fragment(None)
    if parsed.raw_host != parsed.raw_host.lower():  # yarl keeps capitals next to a label in another script
        plain = plain.with_host(parsed.raw_host.lower())
    if plain.path == "/":  # an empty path and "/" are the same page
        plain = plain.with_path("/").with_query(parsed.query)
    if len(kept) != len(parsed.query):
        plain = plain.with_query(kept)
    return str(plain)


def absolute_url(link: str, base: str) -> str:
    """A link as an absolute address; ``base`` is the address of the feed or page that contains it. Raises Rejected(BAD_URL).

    Unlike normalize_url, it keeps percent-escapes as they are: servers may treat ``%27`` and ``'`` differently.
    """
    try:
        return safe_url_string(urljoin(base, link.strip()))
    except (ValueError, IndexError) as error:  # yarl raises IndexError for "http://[]@"
        raise Rejected(Reason.BAD_URL, f"{link[:200]!r}: {error}") from error


def canonical_url(final_url: str, declared: str | None) -> str:
    """The canonical address that the page declares, if it is plausible; else the page's final address. Normalized.

    A plausible one is an http(s) address of the same registered domain, and not a front page. There are sites that declare their front
    page, or an article of another site, on every page: without this check, all of their pages would be one article.
    """
    final = normalize_url(final_url)
    if not declared:
        return final
    try:
        candidate = normalize_url(absolute_url(declared, final_url))
    except Rejected:
        return final
    if _is_front_page(candidate) and not _is_front_page(final):
        return final
    return candidate if site(candidate) == site(final) else final


def _is_front_page(url: str) -> bool:
    parsed = URL(url)
    return parsed.path in ("", "/") and not parsed.query


def site(url: str) -> str:
    """The registered domain of an address (``bbc.co.uk``); its host when the public-suffix list has no domain for it."""
    return get_fld(url, fail_silently=True) or (URL(url).host or "")


def host(url: str) -> str:
    """The host of an address, in lower case and readable (not Punycode); empty when there is none."""
    try:
        return (URL(url).host or "").lower()
    except (ValueError, IndexError):
        return ""


def url_key(source_id: str, url: str) -> str:
    """Identity of a page of a source: 32 hex digits. The key of the canonical address is the article_id.

    Addresses that differ only in http or https, or in a trailing slash, have the same key.
    """
    _, _, without_scheme = normalize_url(url).partition("://")
    return digest(source_id, without_scheme.rstrip("/"))


def entry_key(source_id: str, entry_id: str | None, url: str | None) -> str:
    """Identity of a feed's entry: 32 hex digits. It includes the address, because some feeds give all entries the same id."""
    return digest("entry", source_id, entry_id or "", url or "")


def digest(*parts: str | bytes) -> str:
    """Hash of these parts in this order: 32 hex digits. Text counts as its UTF-8 bytes."""
    encoded = (part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass") for part in parts)
    return hashlib.sha256(b"\0".join(encoded)).hexdigest()[:32]


def _is_tracking(name: str) -> bool:
    lowered = name.lower()
    return lowered in TRACKING_NAMES or lowered.startswith(TRACKING_PREFIXES)
