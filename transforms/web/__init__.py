"""The HTTP client: polite, bounded, and safe with hostile servers. No Beam.

client       Web: requests, redirects and retries
settings     Connect and Politeness: limits of requests, pauses
addresses    which addresses may be requested; the resolver that checks them when a connection is made
politeness   turns and pauses at a host, and when to stop asking
robots       robots.txt
bodies       the body of an answer, in bounded memory
decompress   gzip and deflate, in pieces of bounded size
failures     one reason for every failure
media_types  media types of pages
hosts        requests to many hosts at once
pages        requests for pages
loop_thread  an async iterator in a thread of its own
"""
