"""What a client has asked of hosts and sources, for the next client of the same pass: so both together keep the limits of one pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class HostUse:
    """What a host was asked so far. Waits count from the moment at which this was taken."""

    spent: float = 0.0
    """Seconds of requests and pauses."""
    wait: float = 0.0
    """Seconds until the next request may begin."""
    failures: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """Failures to reach it in a row, and the latest of them, by source."""
    rest: float = 0.0
    """Seconds until any source gets a request, because the host asked for time."""
    rest_detail: str = ""
    """What the host said then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceUse:
    """What a source has used of its share so far."""

    seconds: float = 0.0
    """Seconds of requests."""
    failures: int = 0
    """Failures in a row to reach any host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebUse:
    """What was asked of all hosts so far."""

    hosts: Mapping[str, HostUse] = field(default_factory=dict)
    """By host."""
    sources: Mapping[str, SourceUse] = field(default_factory=dict)
    """By source id."""

    def later(self, seconds: float) -> WebUse:
        """The same when so many seconds have passed. Waits never grow, whatever the clock says."""
        passed = max(0.0, seconds)
        hosts = {
            name: replace(use, wait=max(0.0, use.wait - passed), rest=max(0.0, use.rest - passed))
            for name, use in self.hosts.items()
        }
        return replace(self, hosts=hosts)
