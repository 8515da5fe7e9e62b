"""Feeds: requests, responses and their entries. No Beam.

requests    FeedRequest and FeedResponse; the sitemaps of an index
parse       bytes of a feed to entries: finds the format
xml_feeds   RSS, RDF and Atom, by lxml
loose_feeds what is not well-formed, by feedparser (its only importer)
json_feeds  JSON Feed
sitemaps    news sitemaps and sitemap indexes
compressed  feeds compressed without a Content-Encoding
items       Item
entries     the entry of an item
media       images, videos and sounds of an item
autodiscovery  feeds that a web page names
markup      titles and summaries in HTML to plain text
schedule    when a feed is polled next
polls       a response to its poll row, entries, rejects and counts
"""
