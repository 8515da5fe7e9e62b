"""Addresses: their normalized and canonical forms, and the keys that identify entries and articles.

Normalization must never give two articles the same address: the second one would be lost as already seen. So only parameters that
are known to track readers are dropped. Lists that also drop ``cid``, ``source`` or ``session`` are too broad for news (see
docs/decisions.md).
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from contextlib import suppress
from functools import lru_cache
from urllib.parse import unquote, urljoin

from tld import get_fld
from w3lib.url import safe_url_string
from yarl import URL

from schemas import Reason, Rejected
from schemas.safe_text import normalize
from schemas.source_ids import is_read_as_value, is_source_id

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

_LONGEST_REMEMBERED = 300
LONGEST_URL = 8_000
"""Characters of an address. Sitemaps allow 2,048, and servers mostly no more than these."""
_ANY_PAGE = frozenset("index default home main article story view show detail node print amp".split())
"""Last segments of a path that say nothing about which page it is."""
_ID_NAMES = frozenset(
    "id p nid aid newsid news_id articleid article_id artid storyid story_id postid post_id docid itemid item_id contentid "
    "content_id idnews idarticle idxno".split()
)
"""Parameters that always identify a page."""
_VIEW_NAMES = frozenset(
    "page pg amp lang locale hl output outputtype format print ref source src from mode view layout template theme size".split()
)
"""Parameters that change how a page is shown, or that say where the reader came from."""
_EXTENSION = re.compile(r"\.(?:amp\.)?(?:x?html?|amp|php\d?|aspx?|jspx?|cfm|cgi|pl|do|shtml)$", re.IGNORECASE)
_SCRIPT = re.compile(r"\.(?:php\d?|aspx?|jspx?|cfm|cgi|pl|do)/?$", re.IGNORECASE)
_NOT_WORD = re.compile(r"[\W_]+")
_ACCENT = re.compile("[\u0300-\u036f]")
_PLATFORMS = frozenset(
    "substack.com wordpress.com tumblr.com typepad.com medium.com ghost.io beehiiv.com over-blog.com".split()
)
"""Domains whose subdomains belong to different publishers, and that are not in the public-suffix list."""
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d+")
_SERIAL = re.compile(r"\d{7,}|(?=\w{8})[a-z]*\d+[a-z]+\d\w*")
_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_VARIANT_HOST = re.compile(r"^(?:(?:www\d?|m|mobile|mobil|amp|touch)\.)+")
_FRONT_PATH = re.compile(
    r"/*(?:[a-z]{2}(?:[-_][a-z]{2})?/*)?(?:(?:index|default|home)(?:\.\w{2,5})?/*)?", re.IGNORECASE
)


_ORIGIN = re.compile(r"[^:/?#\\]+://[^/?#\\]*")
_PLAIN = r"A-Za-z0-9._~!$&()*+,=:@%/\-"
_CLEAN = re.compile(
    rf"https?://(?!xn--)(?:[a-z0-9-]+\.(?!xn--))+[a-z0-9-]+/[{_PLAIN}]*(?:\?[{_PLAIN}?]+)?(?:#[{_PLAIN}?]+)?"
)
"""An absolute address in which nothing is to be joined, escaped or removed: nearly all are, and to make one from its parts takes 20 µs."""
_NORMAL = re.compile(r"https?://(?!xn--)(?:[a-z0-9][a-z0-9-]*\.(?!xn--))+[a-z]+(?:/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*)?)+")
"""An address in its normal form: so are five of six. To read and write the parts of one takes 6 µs."""
_CREDENTIALS = re.compile(r"^(\s*(?:[a-z][a-z0-9+.-]*:)?//)[^/?#\\\s]*@", re.IGNORECASE)


def normalize_url(url: str) -> str:
    """The address in one spelling, without credentials, fragment and tracking parameters. Raises Rejected(BAD_URL) unless it is http(s)."""
    if _NORMAL.fullmatch(url) and len(url) <= LONGEST_URL:
        return url
    try:
        return _normalized(URL(_of_sane_length(url.strip())))
    except (ValueError, IndexError) as error:  # yarl raises IndexError for "http://[]@"
        raise Rejected(Reason.BAD_URL, f"{without_credentials(url)[:200]!r}: {error}") from error


def _of_sane_length(url: str) -> str:
    if len(url) > LONGEST_URL:
        raise ValueError(f"{len(url)} characters")
    return url


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
    """A link as an absolute address, without credentials; ``base`` is the address of what contains it. Raises Rejected(BAD_URL).

    Unlike normalize_url, it keeps percent-escapes as they are: servers may treat ``%27`` and ``'`` differently.
    """
    try:
        link = _of_sane_length(link.strip())
        address = link if _CLEAN.fullmatch(link) else _joined(base, link)
        return address if _CLEAN.fullmatch(address) else without_credentials(safe_url_string(address))
    except (ValueError, IndexError) as error:  # yarl raises IndexError for "http://[]@"
        raise Rejected(Reason.BAD_URL, f"{without_credentials(link)[:200]!r}: {error}") from error


def _joined(base: str, link: str) -> str:
    """``urljoin``, which takes ten times as long for ``/news/a`` and ``//img.example.org/a.jpg``."""
    if link.startswith("/") and "/." not in link and (origin := _ORIGIN.match(base)):
        address = f"{base.partition(':')[0]}:{link}" if link.startswith("//") else origin[0] + link
        if _CLEAN.fullmatch(address):
            return address
    return urljoin(base, link)


def without_credentials(address: str) -> str:
    """The address without user and password: those in links are not ours to send or to store. Any other text as it is."""
    return _CREDENTIALS.sub(r"\1", address)


def canonical_url(final_url: str, declared: str | None) -> str:
    """The canonical address that the page declares, if it can be the page's own; else the page's final address. Normalized.

    It must be an http(s) address of the same registered domain, and must have what identifies the page in its final address: an id, a
    slug, the values of a query. There are sites that declare one address on all pages: their front page, a section, "/article.php",
    another article, "/undefined". All of these pages would be one article, and all but the first would be lost as already seen.
    """
    final = normalize_url(final_url)
    if not declared:
        return final
    try:
        candidate = normalize_url(absolute_url(_with_scheme(declared, final), final_url))
    except Rejected:
        return final
    if candidate == final:
        return final
    return candidate if site(candidate) == site(final) and _may_be_own(URL(candidate), URL(final)) else final


def _with_scheme(declared: str, final: str) -> str:
    """The address with the scheme that it lacks: ``www.example.org/a`` on a page of example.org is no relative link."""
    domain, slash, _ = declared.strip().partition("/")
    if slash and "." in domain and ":" not in domain and site(f"http://{domain}/").lower() == site(final):
        return f"{URL(final).scheme}://{declared.strip()}"
    return declared


def _may_be_own(candidate: URL, final: URL) -> bool:
    """True when the candidate has what identifies the page in its final address."""
    theirs, own = _names(candidate), _names(final)
    ids = _query_ids(final, own[-1] if own else "")
    tokens = {token for name in theirs for token in name.split("-")}
    stated: defaultdict[str, set[str]] = defaultdict(set)
    for key, value in candidate.query.items():
        stated[key.lower()].add(_name(value))
    values = set().union(*stated.values())
    for key, value in ids:  # a parameter may have another name, but not another value
        if value not in stated.get(key, values) and not (_serials(value) and _serials(value) <= tokens):
            return False
    if not own and not ids:
        return True  # the page is a front page, so its address says nothing about which page it is
    if any(_serials(value) for _, value in ids):
        return True
    if not own or not theirs:
        return own == theirs
    if serials := _serials(own[-1]):
        return serials <= tokens
    if own[-1] != theirs[-1]:
        return False
    if _is_unique(own[-1]):
        numbers = iter(_numbers(theirs))
        return all(number in numbers for number in _numbers(own))  # in the same order: 05/10 is not 10/05
    return _plain_host(candidate) == _plain_host(final) and set(own) <= set(theirs)


def _names(url: URL) -> list[str]:
    """The segments of a path that can identify a page, without "index.html", "amp" and the like at its end."""
    names = [_name(_EXTENSION.sub("", unquote(segment).partition(";")[0])) for segment in url.raw_path.split("/")]
    names = [name for name in names if name and name != "amp"]
    while names and names[-1] in _ANY_PAGE:
        names.pop()
    return names


def _name(text: str) -> str:
    plain = _ACCENT.sub("", normalize("NFKD", text.casefold()))
    return _NOT_WORD.sub("-", normalize("NFC", plain)).strip("-")


def _query_ids(url: URL, name: str) -> list[tuple[str, str]]:
    """The parameters that identify the page, with their values. If its path has a slug or an id, only those like "newsid" do."""
    path_identifies = _is_unique(name) and not _SCRIPT.search(url.path)
    return [
        (key.lower(), _name(value))
        for key, value in url.query.items()
        if _name(value)
        and (
            key.lower() in _ID_NAMES
            or (
                not path_identifies
                and key.lower() not in _VIEW_NAMES
                and (_DIGIT.search(value) or value.count("-") > 1)
            )
        )
    ]


def _serials(name: str) -> set[str]:
    """The parts of a name that no other page of the site has: long numbers, and long mixtures of letters and digits. Dates are neither."""
    return {part for part in name.split("-") if _SERIAL.fullmatch(part) and not _DAY.fullmatch(part)}


def _is_unique(name: str) -> bool:
    """True for a name that hardly two pages of a site have: it has a serial number, or is a slug of three words or more."""
    words = [part for part in name.split("-") if not part.isdecimal()]
    return bool(_serials(name)) or len(words) > 2 or len(name) >= (20 if name.isascii() else 8)


def _numbers(names: list[str]) -> list[str]:
    return [number for name in names for number in _NUMBER.findall(name)]


def _plain_host(url: URL) -> str:
    return _VARIANT_HOST.sub("", url.host or "")


def is_front_page(url: str) -> bool:
    """True for the address of a site's front page, in one language or all: no path, "/index.html", "/en/". False for what is no address.

    With a query it may be any page: "/?p=12" and "/index.php?id=12" are articles.
    """
    try:
        parsed = URL(normalize_url(url))
    except Rejected:
        return False
    return not parsed.query and _FRONT_PATH.fullmatch(parsed.path) is not None


def leads_to_section(asked: str, final: str) -> bool:
    """True when a redirect cut the end of an address that identifies the page: "/news/mayor-opens-new-hall" became "/news/"."""
    own, theirs = path_names(asked), path_names(final)
    is_cut = len(theirs) < len(own) and own[: len(theirs)] == theirs
    return is_cut and _is_unique(own[-1]) and not _is_unique(theirs[-1] if theirs else "") and "?" not in final


def leads_elsewhere(asked: str, final: str) -> bool:
    """True when a redirect lost what identifies the page: an id, a slug. False when ``final`` is another form of ``asked``."""
    try:
        return not _may_be_own(URL(final), URL(normalize_url(asked)))
    except (Rejected, ValueError, IndexError):
        return False


def path_names(url: str) -> list[str]:
    """The segments of an address's path in lower case, words joined by ``-``, without extensions and without "index.html" at the end."""
    try:
        return _names(URL(url))
    except (ValueError, IndexError):
        return []


def site(url: str) -> str:
    """The registered domain of an address (``bbc.co.uk``); its host without ``www.`` when the public-suffix list has no domain for it.

    Each host of a platform is a site of its own (``name.substack.com``). Empty for what is no address.
    """
    if len(url) > LONGEST_URL:
        return ""
    origin = _ORIGIN.match(url)
    return _site(origin[0] if origin else url)


@lru_cache(maxsize=1024)
def _site(origin: str) -> str:
    try:
        own_host = (URL(origin).host or "").lower().removeprefix("www.")
        domain = get_fld(origin, fail_silently=True, search_private=True)
        return domain if domain and domain not in _PLATFORMS else own_host
    except (ValueError, IndexError):
        return ""


def writer_label(url: str) -> str:
    """What a platform of many writers calls one of them: ``jane`` of ``jane.blogspot.com``; empty on other sites."""
    own = site(url)
    platform = get_fld(_of_sane_length(url), fail_silently=True) if own else None
    return own.partition(".")[0] if platform and own.endswith(f".{platform}") else ""


def site_id(url: str) -> str:
    """The source id of the site of an address: ``bbc_co_uk`` for all of bbc.co.uk. OPML, replays and ``sources add`` use this rule."""
    return domain_id(site(url).lower())


def domain_id(domain: str) -> str:
    """The source id of a domain, or of a part of one (``news.example.org``)."""
    with suppress(ValueError):
        domain = URL.build(scheme="http", host=domain).raw_host or domain  # ASCII, also for bücher.example
    # Domains contain no underscore, so no two domains get the same id. The few names that do not fit get a hash.
    name = domain.replace(".", "_")
    if is_source_id(name) and not is_read_as_value(name) and "_" not in domain:
        return name
    return f"{'site-' if domain[:1].isdigit() else ''}{re.sub(r'[^a-z0-9]+', '-', domain).strip('-')[:40] or 'site'}-{digest(domain)[:12]}"


@lru_cache(maxsize=4096)
def registered_domain(host: str) -> str:
    """The registered domain of a host: who has it is responsible for all hosts below it. Those that a hoster gives away count as such.

    By the public suffix list that comes with ``tld``. A last label that the list does not have is a suffix, and an IP address stays whole.
    """
    if ":" in host or host.rpartition(".")[2].isdecimal():
        return host
    found = get_fld(host, fix_protocol=True, fail_silently=True, search_private=True)
    return found or ".".join(host.split(".")[-2:])


@lru_cache(maxsize=256)  # several steps ask for the host of a page
def host(url: str) -> str:
    """The host of an address, in lower case and readable (not Punycode); empty when there is none."""
    try:
        return (URL(_of_sane_length(url)).host or "").lower()
    except (ValueError, IndexError):
        return ""


def url_key(source_id: str, url: str) -> str:
    """Identity of a page of a source: 32 hex digits. The key of the canonical address is the article_id.

    Addresses that differ only in http or https, or in a trailing slash, have the same key.
    """
    return (_remembered_key if len(url) <= _LONGEST_REMEMBERED else _key)(source_id, url)


def _key(source_id: str, url: str) -> str:
    _, _, without_scheme = normalize_url(url).partition("://")
    return digest(source_id, without_scheme.rstrip("/"))


_remembered_key = lru_cache(maxsize=20_000)(_key)
"""Several steps ask for the key of an article's page, each for all pages of a pass."""


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
