"""The HTTP client: polite, bounded, and safe with hostile servers. No Beam.

client       Web: requests, redirects and retries
settings     Connect and Politeness: limits of requests, pauses
addresses    which addresses may be requested
resolver     checks them when a connection is made
certificates whose certificates are trusted
politeness   shares of sources, the pace of sites, turns and pauses at a host, and when to stop asking
robots       robots.txt
own_headers  what a source adds to its requests
heads        repairs of the heads of answers, as browsers make them
chunks       repairs of chunked bodies
bodies       the body of an answer, in bounded memory
decompress   content codings, in bounded memory
cookies      cookies within one chain of redirects
refresh      pages that lead on to another address
failures     one reason for every failure
media_types  which answers are pages
exchanges    a request and its response, as an archive stores them
recording    records them
pages        requests for pages
crawl        requests to many hosts at once, in a thread of its own
"""
