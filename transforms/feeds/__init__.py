"""Feeds: requests, responses and their entries. No Beam.

requests  FeedRequest and FeedResponse
parse     the bytes of a feed to entries (the only importer of feedparser)
polls     a response to its poll row, entries, rejects and counts
"""
