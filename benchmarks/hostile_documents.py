"""Hostile pages and feeds by shape: each is a function of a number of elements, attributes, levels or nodes."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator
from functools import partial

_BODY = "<p>The council met on Tuesday, and the vote was close, said the mayor of the town.</p>" * 8
Shape = Callable[[int], str]


def _page(head: str = "", inside: str = "", after: str = "") -> str:
    return (
        f"<html><head><title>The vote</title>{head}</head><body><article><h1>The vote of the day</h1>{inside}{_BODY}</article>"
        f"{after}</body></html>"
    )


def _each(pattern: str, count: int) -> str:
    return "".join(pattern.replace("#", str(number)) for number in range(count))


def _linked(value: object) -> str:
    return _script(json.dumps(value))


def _script(text: str) -> str:
    return _page(f"<script type='application/ld+json'>{text}</script>")


def _article(**fields: object) -> dict[str, object]:
    return {"@type": "NewsArticle", "headline": "The vote of the day", **fields}


def _nested_lists(count: int) -> str:
    return _script('{"headline":' + "[" * count + "]" * count + "}")


def _named_again(count: int) -> str:
    """Authors that refer to a person with many names, in lists of lists."""
    references: object = {"@id": "#a"}
    for _ in range(3):
        references = [references] * max(1, min(50, round(count ** (1 / 3))))
    person = {"@id": "#a", "@type": "Person", "name": [f"Jane Doe {number}" for number in range(count)]}
    return _linked([person, _article(author=references)])


def _towers(tag: str, count: int, inside: str = "") -> str:
    """Elements that are nested 200 deep, again and again."""
    levels = min(200, count)
    return (f"<{tag}>" * levels + inside + f"</{tag.split()[0]}>" * levels) * (count // levels)


def _chain(count: int) -> str:
    nodes = [
        {"@id": f"#{number}", "author": {"@id": f"#{number + 1}"}, "mainEntity": {"@id": "#0"}}
        for number in range(count)
    ]
    return _linked({"@graph": [*nodes, _article(author={"@id": "#0"})]})


_ELEMENTS = (
    *(
        "div",
        "span",
        "p",
        "b",
        "a href=/a",
        "font",
        "table><tr><td",
        "ul><li",
        "li",
        "option",
        "blockquote",
        "h1",
        "h2",
        "time",
    ),
    *(
        "div class=byline",
        "div class=paywall",
        "div itemprop=author content=a",
        "form",
        "select",
        "svg",
        "section",
        "button",
    ),
)
_MARKED = {
    "times": "<time datetime=2026-10-#>on # x</time>",
    "dates": "<span class=date>2026 # May June</span>",
    "itemprop dates": "<span itemprop=datePublished content='1 Maybe # 2026'>May # 2026</span>",
    "authors": "<a rel=author href=/author/#>Jane Doe#</a>",
    "itemprop authors": "<span itemprop=author>Jane Doe#</span>",
    "links in capitals": "<a href=/#>THE VOTE OF THE DAY</a>",
    "offers": "<div class=paywall>subscribe now and read we or log in to keep your you # </div>",
    "advertisements in a text": "<div class=ad><p>x</p></div>the text goes on after it # ",
    "teasers in a text": "<div class=related><a href=/#>More of it #</a></div>the text goes on after it # ",
    "lines": "<br>line #",
    "headings": "<h2>The vote # of the day</h2>",
    "paragraphs": "<p>a b c d e f g h #</p>",
    "labels": "<b>By</b><i>Jane Doe</i>",
    "links": "<li><a href=/#>Link #</a></li>",
    "unclosed": "<p><b><i><a><font>x",
    "end tags": "</div></p></b>",
    "rows": "<table><tr><td>a #<td>b",
    "inputs": "<input type=password value='accept cookies'>",
    "figures": "<figure><img src=/#><figcaption>Photo: AP</figcaption></figure>",
}
_METAS = {
    "one name": "<meta name=author content='Jane Doe #'>",
    "names": "<meta name=a# content=b>",
    "dates": "<meta name=date content='Maybe # 2026 or 1 May 2 3 4 5 6 7 8 9'>",
    "rights": "<meta name=copyright content='© 2026 # AP x'>",
    "site": "<meta property=og:site_name content='The # Post'>",
    "keywords": "<meta name=keywords content='a #,b #,c #'>",
    "scripts": "<script type=application/ld+json>{'@type':'NewsArticle'</script>",
    "canonical": "<link rel=canonical href=/a/#>",
}


def _nested(tag: str, count: int) -> str:
    return _page(inside=f"<{tag}>" * count)


def _in_towers(tag: str, count: int) -> str:
    return _page(inside=_towers(tag, count, "x"))


def _around(tag: str, count: int) -> str:
    return _page(inside=f"<{tag}>" * 100 + "<i>" * 3 + "<br>a" * count)


def _beside(pattern: str, count: int) -> str:
    return _page(inside=_each(pattern, count))


def _after(pattern: str, count: int) -> str:
    return _page(after=_each(pattern, count))


def _in_head(pattern: str, count: int) -> str:
    return _page(_each(pattern, count))


def pages() -> Iterator[tuple[str, Shape]]:
    """Shapes of pages."""
    for tag in _ELEMENTS:
        yield f"<{tag}> nested", partial(_nested, tag)
        yield f"<{tag}> in towers", partial(_in_towers, tag)
        yield f"<{tag}> around the rest", partial(_around, tag)
    for name, pattern in _MARKED.items():
        yield f"{name} beside", partial(_beside, pattern)
        yield f"{name} after", partial(_after, pattern)
    for name, pattern in _METAS.items():
        yield f"meta tags: {name}", partial(_in_head, pattern)
    yield "attributes of one", lambda n: _page(inside=f"<div {_each('a# ', n)}>")
    yield "attributes of each", lambda n: _page(inside=f"<i {_each('a#=b ', 100)}></i>" * (n // 100))
    yield "a long class", lambda n: _page(inside=f"<div class='{_each('more-# ', n)}'><p>a</p></div>" * 20)
    yield "a long title", lambda n: _page(head=f"<title>{_each('a | ', n)}</title>")
    yield "a long text", lambda n: _page(inside=f"<p>{_each('word # ', n)}</p>")
    yield "marks", lambda n: _page(inside=f"<p>{'&#769;&#803;' * n}</p>")
    yield "marks as text", lambda n: _page(inside="<p>a" + "\u0301\u0323" * n + "</p>")
    yield "digits of a reference", lambda n: _page(head=f"<meta name=author content='&amp;#{'9' * n}'>")
    yield (
        "two texts of capitals",
        lambda n: _page(inside="<p>THE VOTE OF THE DAY</p><p>" + "<a>THE VOTE OF THE DAY</a> " * n),
    )
    yield "lists in JSON", _nested_lists
    yield "nodes in JSON", lambda n: _linked([_article(name=f"The vote {at}", url=f"/{at}") for at in range(n)])
    yield "chains in JSON", _chain
    yield "names in JSON", _named_again
    yield "objects in JSON", lambda n: _script('{"name":' * n + "1" + "}" * n)
    yield "graphs in JSON", lambda n: _script('{"@graph":[' * n)
    yield (
        "selectors in JSON",
        lambda n: _linked(
            _article(
                isAccessibleForFree=False, hasPart=[{"isAccessibleForFree": "False", "cssSelector": [".a,.b"] * n}] * 50
            )
        ),
    )
    yield "keywords in JSON", lambda n: _linked(_article(keywords=[f"a{at},b" for at in range(n)]))
    yield "commas in JSON", lambda n: _script("{" + ", " * n + "}")


_ITEM = "<item><title>The vote #</title><link>/vote/#</link><guid>#</guid></item>"


def _rss(inside: str, attributes: str = "", channel: str = "") -> str:
    return f"<rss version='2.0' {attributes}><channel><title>Post</title>{channel}{inside}</channel></rss>"


def _item(inside: str) -> str:
    return _rss(f"<item><title>The vote</title><link>/vote</link>{inside}</item>")


_CHILDREN = {
    "categories": "<category>a #</category>",
    "authors": "<author>jane@post.example (Jane Doe #)</author>",
    "creators": "<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>Jane #</dc:creator>",
    "links": "<link>javascript:#</link>",
    "titles": "<title> </title>",
    "dates": "<pubDate>May #</pubDate>",
    "descriptions": "<description>&lt;b#</description>",
    "contents": "<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>&lt;i&gt;</content:encoded>",
    "enclosures": "<enclosure url='/#' length='x' type='audio/mpeg'/>",
    "unknown": "<a#>b</a#>",
    "namespaces": "<a:b xmlns:a='http://a#.example'/>",
    "sources": "<source url='/#'>AP</source>",
}


def _broken(shape: Shape, count: int) -> str:
    return shape(count) + "<a b=c>&"


def _half(shape: Shape, count: int) -> str:
    text = shape(count)
    return text[: len(text) * 3 // 4]


def _in_item(pattern: str, count: int) -> str:
    return _item(_each(pattern, count))


def _in_channel(pattern: str, count: int) -> str:
    return _rss(_each(_ITEM, count // 50), channel=_each(pattern, count))


def feeds() -> Iterator[tuple[str, Shape]]:
    """Shapes of feeds, well-formed and not."""
    for name, shape in _well_formed():
        yield name, shape
        yield f"{name}, broken", partial(_broken, shape)
        yield f"{name}, half", partial(_half, shape)
    yield "JSON items", lambda n: _json_feed([{"id": str(at), "url": f"/{at}"} for at in range(n)])
    yield (
        "JSON authors",
        lambda n: _json_feed([{"id": at} for at in range(n)], authors=[{"name": f"J{at}"} for at in range(n)]),
    )
    yield "JSON tags", lambda n: _json_feed([{"id": 1, "tags": ["a"] * n}])
    yield "JSON lists", lambda n: '{"version":"jsonfeed","items":' + "[" * n
    yield "JSON digits", lambda n: '{"version":"jsonfeed","items":[{"id":' + "9" * n + "}]}"


def _json_feed(items: object, **fields: object) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items, **fields})


def _well_formed() -> Iterator[tuple[str, Shape]]:
    yield "items", lambda n: _rss(_each(_ITEM, n))
    for name, pattern in _CHILDREN.items():
        yield f"{name} of an item", partial(_in_item, pattern)
        yield (
            f"{name} of the channel",
            partial(_in_channel, pattern),
        )
    yield "attributes", lambda n: _rss(_ITEM, _each("a#='b' ", n))
    yield "attributes of an item", lambda n: _rss("<item " + _each("a#='b' ", n) + "><title>a</title></item>")
    yield "namespaces", lambda n: _rss(_ITEM, _each("xmlns:a#='http://a#.example' ", n))
    yield "nested", lambda n: _item("<a>" * n + "</a>" * n)
    yield "nested items", lambda n: _rss("<item>" * n + "</item>" * n)
    yield (
        "groups",
        lambda n: _item(
            _each("<m:group xmlns:m='http://search.yahoo.com/mrss/'>", min(n, 200))
            + "<x/>" * n
            + "</m:group>" * min(n, 200)
        ),
    )
    yield "a base", lambda n: _rss(_each(_ITEM, n // 10), f"xml:base='http://a.example/{'a/' * n}'")
    yield (
        "a link of the channel",
        lambda n: _rss(_each(_ITEM, n // 10), channel=f"<link>http://a.example/{'a/' * n}</link>"),
    )
    yield "a long link", lambda n: _item(f"<link>http://a.example/{'../' * n}</link>")
    yield "a long tag in HTML", lambda n: _item(f"<description>&lt;{'a' * n}</description>")
    yield "lines before the root", lambda n: "<?xml version='1.0'?>" + "\n" * n + _rss(_ITEM)
    yield "declarations", lambda n: "<!DOCTYPE a [" + "\n<!ENTITY a " * n + _rss(_ITEM)
    yield "comments", lambda n: _rss("<!-- a -->" * n + _ITEM)
    yield "instructions", lambda n: _rss("<?a b?>" * n + _ITEM)
    yield "sections", lambda n: _item(f"<description>{'<![CDATA[a]]>' * n}</description>")
    yield "references", lambda n: _item(f"<description>{'&amp;#38;&nbsp;&#55357;' * n}</description>")
    yield (
        "entities",
        lambda n: f"<!DOCTYPE rss [<!ENTITY a '{'b' * n}'>]>" + _item(f"<description>{'&a;' * n}</description>"),
    )
    yield "surrogates", lambda n: _item(f"<description>{'&#xD83D;' * n}</description>")
    yield "digits", lambda n: _item(f"<description>&#{'0' * n}55357;&#{'9' * n};</description>")
    yield "ampersands", lambda n: _item(f"<title>{'& ' * n}</title>")
    yield (
        "atom",
        lambda n: (
            "<feed xmlns='http://www.w3.org/2005/Atom'>"
            + _each("<author><name>J#</name></author>", n)
            + _each("<entry><id>#</id><link href='/a#'/></entry>", n // 4)
            + "</feed>"
        ),
    )
    yield (
        "atom links",
        lambda n: (
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry>"
            + _each("<link hreflang='a#' href='javascript:#'/>", n)
            + "</entry></feed>"
        ),
    )
    yield (
        "sitemap",
        lambda n: "<urlset>" + _each("<url><loc>/a#</loc><lastmod>2026-10-01</lastmod></url>", n) + "</urlset>",
    )
    yield "a page", lambda n: _page(_each("<link rel=alternate type='application/rss+xml' href='/#'>", n))
    yield "text", lambda n: html.escape("a & b < c" * n)
