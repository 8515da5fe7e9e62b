"""Addresses: normalized form, canonical form, and the keys that identify an entry and an article.

Normalizing must never make two articles one, for the second would be lost as already seen. So only parameters that are known to
follow readers around are dropped; lists that also drop ``cid``, ``source`` or ``session`` are too eager for news (see docs/decisions.md).
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
    """The address without fragment and tracking parameters, in one spelling; raises Rejected(BAD_URL) unless it is http(s)."""
    try:
        return _normalized(URL(url.strip()))
    except (ValueError, IndexError) as error:  # IndexError is yarl's word for "http://[]@"
        raise Rejected(Reason.BAD_URL, f"{url[:200]!r}: {error}") from error


def _normalized(parsed: URL) -> str:
    if parsed.scheme not in ("http", "https"):
        raise ValueError("not an http or https address")
    if not parsed.raw_host:
        raise ValueError("names no host")
    kept = [(name, value) for name, value in parsed.query.items() if not _tracks(name)]
    plain = parsed.with_user(None).with_fragment(None)
    if parsed.raw_host != parsed.raw_host.lower():  # yarl leaves capitals beside a label in another script
        plain = plain.with_host(parsed.raw_host.lower())
    if plain.path == "/":  # an empty path and "/" are the same page
        plain = plain.with_path("/").with_query(parsed.query)
    if len(kept) != len(parsed.query):
        plain = plain.with_query(kept)
    return str(plain)


def absolute_url(link: str, base: str) -> str:
    """A feed's or page's link made absolute against the address of the document that holds it; raises Rejected(BAD_URL).

    Its percent-escapes stay as they are, unlike in normalize_url: servers may tell ``%27`` from ``'``.
    """
    try:
        return safe_url_string(urljoin(base, link.strip()))
    except (ValueError, IndexError) as error:  # IndexError is yarl's word for "http://[]@"
        raise Rejected(Reason.BAD_URL, f"{link[:200]!r}: {error}") from error


def canonical_url(final_url: str, declared: str | None) -> str:
    """The page's declared canonical address when it is plausible, else its normalized final address.

    Plausible is an http(s) address under the same registered domain that is not a front page: sites do declare their front page, or
    another site's article, on every page, and believing them would make all of those pages one article.
    """
    final = normalize_url(final_url)
    if not declared:
        return final
    try:
        candidate = normalize_url(absolute_url(declared, final_url))
    except Rejected:
        return final
    there, here = URL(candidate), URL(final)
    if there.path in ("", "/") and not there.query and (here.path not in ("", "/") or here.query):
        return final
    return candidate if site(candidate) == site(final) else final


def site(url: str) -> str:
    """The registered domain of an address (``bbc.co.uk``), or its host where the public-suffix list knows none."""
    return get_fld(url, fail_silently=True) or (URL(url).host or "")


def host(url: str) -> str:
    """The host of an address, lower-case; an empty string when it has none."""
    try:
        return (URL(url).host or "").lower()
    except (ValueError, IndexError):
        return ""


def url_key(source_id: str, url: str) -> str:
    """Identity of a page of a source: 32 hex digits. With the canonical address it is the article_id.

    http and https, and a trailing slash or none, are the same page.
    """
    _, _, rest = normalize_url(url).partition("://")
    return digest(source_id, rest.rstrip("/"))


def entry_key(source_id: str, entry_id: str | None, url: str | None) -> str:
    """Identity of a feed's entry: 32 hex digits. The address counts too, for there are feeds that give every entry the same id."""
    return digest("entry", source_id, entry_id or "", url or "")


def _tracks(name: str) -> bool:
    lowered = name.lower()
    return lowered in TRACKING_NAMES or lowered.startswith(TRACKING_PREFIXES)


def digest(*parts: str | bytes) -> str:
    """Hash of these parts in this order: 32 hex digits. Text counts as its UTF-8 bytes."""
    encoded = (part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass") for part in parts)
    return hashlib.sha256(b"\0".join(encoded)).hexdigest()[:32]
