"""Images, videos and sounds of feed items: Media RSS (rssboard.org/media-rss) and enclosures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lxml import etree

from schemas import Medium, Rejected
from transforms.feeds.items import first, one_line
from transforms.feeds.markup import title_text
from transforms.urls import absolute_url, without_credentials

MOST_MEDIA = 20
"""Media of one item that are kept."""
_LONGEST_TEXT = 2_000
"""Characters of a caption or a credit."""
_MEDIA = "{http://search.yahoo.com/mrss/}"

Fields = Mapping[str, Sequence["etree._Element"]]


def media_of(fields: Fields) -> Iterator[Medium]:
    """The media of an RSS item or an Atom entry, with their addresses as printed. ``fields`` are its elements by prefixed name.

    A caption or a credit beside the media belongs to all of them.
    """
    caption = first(_texts(fields, "media:description"))
    credit = first(_texts(fields, "media:credit"))
    for content in fields.get("media:content", ()):
        yield medium(
            content.get("url"),
            content.get("type") or content.get("medium"),
            first(part.text for part in content.iterfind(f"{_MEDIA}description")) or caption,
            first(part.text for part in content.iterfind(f"{_MEDIA}credit")) or credit,
        )
        for thumbnail in content.iterfind(f"{_MEDIA}thumbnail"):
            yield medium(thumbnail.get("url"), "image", None, credit)
    for enclosure in fields.get("enclosure", ()):
        yield medium(enclosure.get("url"), enclosure.get("type"), caption, credit)
    for link in (*fields.get("link", ()), *fields.get("atom:link", ())):
        if link.get("rel") == "enclosure":
            yield medium(link.get("href"), link.get("type"), link.get("title"), credit)
    for thumbnail in fields.get("media:thumbnail", ()):
        yield medium(thumbnail.get("url"), "image", caption, credit)


def medium(url: str | None, kind: str | None, caption: str | None = None, credit: str | None = None) -> Medium:
    """A medium with its texts as plain text; with an empty address if there is none."""
    return Medium(
        url=one_line(url) or "", type=_kept(one_line(kind)), caption=_kept(title_text(caption)), credit=_kept(credit)
    )


def with_addresses(media: Iterable[Medium], base: str) -> tuple[Medium, ...]:
    """The media with absolute addresses, each address once. What has no usable one is left out."""
    found: dict[str, Medium] = {}
    for each in media:
        try:
            url = without_credentials(absolute_url(each.url, base)) if each.url else ""
        except Rejected:
            continue
        if url.startswith(("http://", "https://")) and url not in found:
            found[url] = Medium(url=url, type=each.type, caption=each.caption, credit=each.credit)
        if len(found) == MOST_MEDIA:
            break
    return tuple(found.values())


def _texts(fields: Fields, name: str) -> Iterator[str | None]:
    return (title_text(element.text) for element in fields.get(name, ()))


def _kept(text: str | None) -> str | None:
    return text[:_LONGEST_TEXT] if text else None
