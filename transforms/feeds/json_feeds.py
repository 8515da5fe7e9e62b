"""JSON Feed 1.x (jsonfeed.org)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from schemas import Medium
from transforms.feeds.items import MOST_AUTHORS, Item, one_line
from transforms.feeds.markup import as_markup, body_text, content_text
from transforms.feeds.media import MOST_MEDIA, medium


def read_json_items(body: bytes, final_url: str) -> Iterator[Item] | None:
    """The items of a JSON Feed; None for any other JSON."""
    try:
        feed = json.loads(body.decode(json.detect_encoding(body), "replace"), strict=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return None
    if "jsonfeed" not in str(feed.get("version", "")) and not any(
        name in feed for name in ("home_page_url", "feed_url")
    ):
        return None
    authors = _authors(feed)
    return (_item(item, final_url, authors) for item in feed["items"] if isinstance(item, dict))


def _item(item: Mapping[str, Any], final_url: str, feed_authors: tuple[str, ...]) -> Item:
    entry_id = one_line(str(item["id"])) if isinstance(item.get("id"), (str, int, float)) else None
    links = [item.get("url"), item.get("external_url"), entry_id if entry_id and entry_id.startswith("http") else None]
    content = content_text(_text(item.get("content_html"))) or one_line(_text(item.get("content_text")))
    tags = item.get("tags")
    return Item(
        links=tuple(dict.fromkeys(line for link in links if (line := one_line(_text(link))))),
        base=final_url,
        entry_id=entry_id,
        title=one_line(_text(item.get("title"))),
        summary=body_text(_text(item.get("summary"))) or (content[:2000] if content else None),
        content=content,
        markup=_text(item.get("content_html")) or as_markup(_text(item.get("content_text"))),
        media=_media(item),
        authors=_authors(item) or feed_authors,
        categories=tuple(tag for part in tags if (tag := one_line(_text(part)))) if isinstance(tags, list) else (),
        published=one_line(_text(item.get("date_published"))),
        updated=one_line(_text(item.get("date_modified"))),
    )


def _media(item: Mapping[str, Any]) -> tuple[Medium, ...]:
    images = [medium(_text(item.get(name)), "image") for name in ("image", "banner_image")]
    attachments = item.get("attachments")
    listed = attachments[:MOST_MEDIA] if isinstance(attachments, list) else []
    return (
        *images,
        *(
            medium(_text(each.get("url")), _text(each.get("mime_type")), _text(each.get("title")))
            for each in listed
            if isinstance(each, dict)
        ),
    )


def _authors(holder: Mapping[str, Any]) -> tuple[str, ...]:
    authors = holder.get("authors")
    listed = authors[:MOST_AUTHORS] if isinstance(authors, list) else [holder.get("author")]
    return tuple(
        name for author in listed if isinstance(author, dict) and (name := one_line(_text(author.get("name"))))
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
