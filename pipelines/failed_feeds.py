"""The feeds that failed in a run, and what to do about each reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow.compute as pc

from schemas import Reason, Reject
from transforms.accounting.run_record import RunRecord
from transforms.lake.layout import Lake
from transforms.lake.reading import read_rows

_SHOWN = 20
_LATER = "The site may be back later: later passes ask again."
ADVICE: dict[Reason, str] = {
    Reason.BAD_URL: "Correct the address in the sources file.",
    Reason.PRIVATE_ADDRESS: "Private networks are fetched from only with --allow-network.",
    Reason.DNS: "Check the host's name, and the network here.",
    Reason.CONNECT: _LATER,
    Reason.TLS: "The site's certificate or TLS is broken, or the clock here is wrong. Check the address in a browser.",
    Reason.PROXY: "Check --proxy, or http_proxy and https_proxy in the environment.",
    Reason.TIMEOUT: "The site is slow. Later passes ask again; --page-seconds gives it longer.",
    Reason.TOO_LARGE: "The answer is larger than any feed should be. Look for a shorter feed of this site.",
    Reason.TOO_MANY_REDIRECTS: "Open the address in a browser, and write the address where it ends.",
    Reason.BAD_ENCODING: "The site sends broken data. Later passes ask again.",
    Reason.HTTP_GONE: "The feed has moved or ended. copydesk sources add, with the address of the site, looks for another.",
    Reason.HTTP_DENIED: "The site refuses us. Set a contact, or ask the publisher; otherwise remove the feed.",
    Reason.HTTP_BUSY: "The site asks us to come later. Poll it less often: set poll_every.",
    Reason.HTTP_SERVER_ERROR: _LATER,
    Reason.HTTP_OTHER: "Open the address in a browser, and write the address of a feed.",
    Reason.HOST_DEFERRED: "Its host was out of time or failed too often; the next pass asks again. --host-seconds gives it longer.",
    Reason.BOT_WALL: "A firewall tests for browsers before it answers. Ask the publisher to let our user agent in.",
    Reason.NOT_A_FEED: "The address has something else. copydesk sources add, with the address of the site, looks for its feed.",
    Reason.UNPARSABLE: "The feed cannot be read within our limits. Look for another feed of this site.",
}
"""What to do when a feed fails, by reason: the reasons that a poll can have."""
_ANY = "See its detail."


@dataclass(frozen=True, slots=True)
class FailedFeed:
    """A feed whose poll failed."""

    source: str
    feed_url: str
    reason: str
    detail: str
    rejected_at: datetime


def failed_feeds(lake: Lake, record: RunRecord) -> list[FailedFeed]:
    """The feeds that failed in a run which has just been committed, by reason and source."""
    if not record.total.feeds_failed:
        return []
    paths = [file.path for file in record.written if file.dataset == "rejects"]
    where = pc.field("entry_key").is_null() & (pc.field("reason") != Reason.TOO_MANY_ENTRIES.value)
    rows = read_rows(lake, Reject, paths, ["source", "feed_url", "reason", "detail", "rejected_at"], where)
    return sorted(
        (FailedFeed(**row) for row in rows.to_pylist()), key=lambda feed: (feed.reason, feed.source, feed.feed_url)
    )


def advice(reason: str) -> str:
    """What to do about a feed that failed for this reason, as a sentence."""
    return ADVICE.get(Reason(reason), _ANY)


def strict_problem(failed: Sequence[FailedFeed], strict: bool) -> str | None:
    """Why a pass counts as failed with ``--strict``; None when it does not."""
    return f"--strict: {len(failed)} feeds failed. The pass is in the lake." if strict and failed else None


def failure_lines(failed: Sequence[FailedFeed], asked: int, names: Mapping[str, str]) -> Iterator[str]:
    """The failed feeds of a run that polled ``asked`` feeds, each with its detail and what to do. At most 20 are listed."""
    if not failed:
        return
    yield f"{len(failed)} of {asked} feeds failed:"
    for feed in failed[:_SHOWN]:
        name = " ".join(names.get(feed.source, feed.source).split())
        yield f"  {name if name == feed.source else f'{name} ({feed.source})'}: {feed.feed_url}"
        yield f"    {feed.reason}: {' '.join(feed.detail.split())}"
        yield f"    {advice(feed.reason)}"
    if len(failed) > _SHOWN:
        yield f"  … and {len(failed) - _SHOWN} more: see the lake's rejects, or copydesk report"
