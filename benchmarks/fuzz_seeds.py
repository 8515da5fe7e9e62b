"""Small feeds and pages for ``benchmarks.fuzz``, in formats and markup that the bundled newsroom does not have."""

from __future__ import annotations

_JSON_FEED = """{"version": "https://jsonfeed.org/version/1.1", "title": "Post", "home_page_url": "http://post.example/",
"authors": [{"name": "Jane Doe"}], "items": [
{"id": "1", "url": "http://post.example/vote", "title": "The vote", "content_html": "<p>It was <b>close</b>.</p>", "tags": ["council"],
"date_published": "2026-10-01T12:00:00+02:00", "date_modified": "2026-10-01T13:00:00Z", "image": "/vote.jpg"},
{"id": 2, "external_url": "/rain", "content_text": "Rain \\ud83d\\ude00", "summary": "Rain", "author": {"name": "John Roe"}}]}"""
_SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>http://post.example/vote</loc><lastmod>2026-09-30T20:00:00Z</lastmod><news:news><news:publication>
<news:name>Post</news:name><news:language>en</news:language></news:publication><news:publication_date>2026-09-30</news:publication_date>
<news:title>The vote</news:title><news:keywords>council, vote</news:keywords></news:news></url>
<url><loc> http://post.example/rain </loc><lastmod>2026-09-29</lastmod></url></urlset>"""
_SITEMAP_INDEX = """<?xml version="1.0" encoding="UTF-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>http://post.example/news.xml</loc>
<lastmod>2026-09-30</lastmod></sitemap><sitemap><loc>/old.xml.gz</loc></sitemap></sitemapindex>"""
_ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://post.example/en/" xml:lang="en"><title>Post</title>
<author><name>Desk</name><email>desk@post.example</email></author><link rel="self" href="feed"/>
<entry xml:base="city/"><title type="html">The &lt;i&gt;vote&lt;/i&gt;</title><link rel="alternate" hreflang="fr" href="le-vote"/>
<link href="vote"/><id>tag:post.example,2026:1</id><updated>2026-10-01T12:00:00.5+02:00</updated><published>2026-W40-4</published>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>It was close.</p></div></content>
<source><title>Wire</title></source><category term="council" label="Council"/></entry></feed>"""
_RSS = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
xmlns:media="http://search.yahoo.com/mrss/" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><title>Post</title>
<link>http://post.example/</link><ttl>30</ttl><item><title><![CDATA[The <b>vote</b> &amp; the rain]]></title><link>/vote</link>
<guid isPermaLink="false">1</guid><author>jane@post.example (Jane Doe)</author><dc:creator>Jane Doe</dc:creator>
<pubDate>Thu, 01 Oct 26 12:00 EST</pubDate><content:encoded><![CDATA[<p>It was close.</p>]]></content:encoded>
<media:group><media:content url="http://post.example/vote.jpg"/><media:description>A vote</media:description></media:group>
<feedburner:origLink>http://post.example/vote?x=1</feedburner:origLink><source url="http://wire.example/">Wire</source></item>
</channel></rss>"""
FEED_SEEDS = (_JSON_FEED, _SITEMAP, _SITEMAP_INDEX, _ATOM, _RSS)
"""Feeds."""

_PARAGRAPHS = "".join(
    f"<p>On day {number} the council met in the old hall, and the vote was close, said the mayor of the town.</p>"
    for number in range(6)
)
_GRAPH = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The vote | Post</title>
<meta property="og:type" content="article"><meta property="article:published_time" content="2026-10-01T12:00:00+02:00">
<meta name="author" content="By Jane Doe and John Roe, AP"><meta name="copyright" content="© 2026 AP. All rights reserved.">
<link rel="canonical" href="/vote"><script type="application/ld+json">{{"@context": "https://schema.org", "@graph": [
{{"@type": ["NewsArticle"], "@id": "#article", "headline": "The vote", "author": [{{"@id": "#jane"}}, "John Roe"],
"datePublished": "2026-10-01T12:00:00", "isAccessibleForFree": "False", "wordCount": 120, "hasPart": {{"@type": "WebPageElement",
"isAccessibleForFree": false, "cssSelector": ".paid"}}, "publisher": {{"@type": "Organization", "name": "Post"}}}},
{{"@type": "Person", "@id": "#jane", "name": "Jane Doe", "jobTitle": "Reporter"}}]}}</script></head>
<body><header><nav><a href="/">Home</a></nav></header><article><h1>The vote</h1><p class="byline">By <a rel="author">Jane Doe</a></p>
<time datetime="2026-10-01T12:00">Oct. 1, 2026 at 12:00 p.m. ET</time><p>LINDMOOR (AP) — It was close.</p>{_PARAGRAPHS}
<p class="paid">Reporting by Jane Doe; editing by John Roe</p></article></body></html>"""
_MICRODATA = f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><title>Die Wahl</title></head>
<body><div itemscope itemtype="http://schema.org/NewsArticle"><h1 itemprop="headline">Die Wahl</h1>
<span itemprop="author" itemscope itemtype="http://schema.org/Person"><span itemprop="name">Jörg Müller</span></span>
<meta itemprop="datePublished" content="01.10.2026 12:00 Uhr"><figure><img src="a.jpg"><figcaption>Foto: dpa</figcaption></figure>
<div itemprop="articleBody">{_PARAGRAPHS}<p>© dpa-infocom, dpa:261001-99-1/2</p></div></div></body></html>"""
_WALL = """<html><head><title>Before you continue</title><meta http-equiv="refresh" content="0; url=/vote"></head><body><h1>Cookies</h1>
<form><p>We and our partners use cookies to store and access data. Accept cookies or manage consent.</p><button>Accept all</button>
<input type="password"></form><noscript>Please enable JavaScript</noscript></body></html>"""
PAGE_SEEDS = (_GRAPH, _MICRODATA, _WALL)
"""Pages."""
