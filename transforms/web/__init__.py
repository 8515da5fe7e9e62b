"""The HTTP client: polite, bounded, and safe with hostile servers. No Beam.

client       Web: requests, redirects, retries; Connect: its limits
addresses    which addresses may be requested, and the resolver that checks them at connect
politeness   pauses and turns at a host, and when to stop asking it
robots       robots.txt
failures     a reason for every failure
bodies       reads a body in bounded memory
decompress   decompresses it, a bounded piece at a time
hosts        requests to many hosts at once
pages        requests for pages
loop_thread  runs an async iterator in a thread
"""
