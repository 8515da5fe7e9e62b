"""The steps of a stream as Beam transforms, and the keyed state behind them.

ticks           the clock of a stream
poll_due        ticks -> entries of the feeds that are due
fetch_due       entries -> pages, at the pace of their hosts
commit_windows  articles and the ledger -> a commit for each window
clock           Tick, Schedule, TickThrottle
job             a stream's name, and how it is asked to end
outage          when the lake is tried again
state_log       keyed state as a snapshot and the changes after it
feed_state      what a stream remembers of a feed
retry_line      the entries in the lake that are tried again
host_queue      the entries that wait for each host
fetcher         requests beside Beam's bundles
window          an open window
settle          a window's items to rows
"""
