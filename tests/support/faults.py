"""Servers that misbehave, one way each, and what a pass must make of them. ``fault_transport`` and ``fault_content`` list the kinds."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.support.web_server import NEVER, Answers, Reply

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
LONG_WAIT = NEVER
"""Seconds that nobody waits for."""


class Endless:
    """The parts of an answer that never ends; each request gets them from the beginning."""

    def __init__(self, *first: bytes, then: bytes, seconds: float = 0.0) -> None:
        self._first, self._then, self._seconds = first, then, seconds

    def __iter__(self) -> Iterator[bytes | float]:
        yield from self._first
        for _ in itertools.count():
            yield self._then
            yield self._seconds


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A site with one feed, which misbehaves in one way. Its host is ``host``; addresses are paths, or absolute."""

    name: str
    """The kind in a few words."""
    outcome: str
    """What a pass makes of it: ``article``, the reason of the page's or the feed's reject, or both."""
    answers: Mapping[str, Reply] = field(default_factory=dict)
    """By path, address of another host, or ``{host}:443`` for a tunnel. ``/feed`` lists the links unless it is given here; there is no
    ``/robots.txt``."""
    links: tuple[str, ...] = ("/story",)
    """What the feed lists."""

    @property
    def host(self) -> str:
        """The site's host, by its name."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-") + ".example"

    @property
    def feed(self) -> str:
        """Address of the feed."""
        return f"http://{self.host}/feed"

    def served(self) -> Answers:
        """Its answers by absolute address. In bodies and header fields, ``{host}`` stands for the host."""
        answers = {"/feed": feed_of(*self.links), **self.answers}
        return {
            f"http://{self.host}{address}" if address.startswith("/") else address: self._with_host(reply)
            for address, reply in ((address.format(host=self.host), reply) for address, reply in answers.items())
        }

    def _with_host(self, reply: Reply) -> Reply:
        headers = {name: value.replace("{host}", self.host) for name, value in reply.headers.items()}
        body = reply.body.replace(b"{host}", self.host.encode())
        return Reply(status=reply.status, headers=headers, body=body, raw=reply.raw, reset=reply.reset)


def fault(name: str, outcome: str, story: Reply | None = None, *links: str, **answers: Reply) -> Fault:
    """A fault of the page ``/story``, or of others. ``feed`` and ``robots`` name the feed and robots.txt; ``a_b`` is ``/a/b``."""
    paths = {"feed": "/feed", "robots": "/robots.txt"}
    given = {paths.get(key, "/" + key.replace("_", "/")): reply for key, reply in answers.items()}
    if story is not None:
        given["/story"] = story
    return Fault(name=name, outcome=outcome, answers=given, links=links or ("/story",))


def feed_of(*links: str) -> Reply:
    """An RSS feed that lists these addresses."""
    items = "".join(
        f"<item><title>Story {number} of the hall</title><link>{link}</link><guid isPermaLink='false'>{number}</guid></item>"
        for number, link in enumerate(links)
    )
    body = f"<rss version='2.0'><channel><title>S</title>{items}</channel></rss>".encode()
    return Reply(headers={"Content-Type": "application/rss+xml"}, body=body)


def article(title: str = "The hall", text: str = "") -> str:
    """A page with an article."""
    paragraphs = "".join(
        f"<p>Paragraph {number} of {title} says that the council met on Tuesday, that the vote was close, and that it will be read again"
        f" before the end of the month.{text}</p>"
        for number in range(6)
    )
    return f"<!doctype html><html><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>"


PAGE = article().encode()


def html(body: str | bytes = PAGE, status: int = 200, **headers: str) -> Reply:
    """An HTML page. Names of header fields have underscores for hyphens."""
    fields = {
        "Content-Type": "text/html; charset=utf-8",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return Reply(status=status, headers=fields, body=body if isinstance(body, bytes) else body.encode())


def shown(title: str, body: str) -> Reply:
    """A page with a title and a body."""
    return html(
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>"
    )


def to(address: str, status: int = 302) -> Reply:
    """A redirect."""
    return Reply(status=status, headers={"Location": address})


def raw(*parts: bytes | float, reset: bool = False) -> Reply:
    """An answer byte for byte; numbers are seconds to wait."""
    return Reply(raw=parts, reset=reset)


def dripping(body: bytes, seconds: float = 0.2) -> tuple[bytes | float, ...]:
    """A body, a byte at a time."""
    return tuple(part for number in range(len(body)) for part in (body[number : number + 1], seconds))


def chunks(*parts: bytes, end: bytes = b"0\r\n\r\n", line: bytes = b"\r\n") -> bytes:
    """A chunked body."""
    return b"".join(b"%x%s%s%s" % (len(part), line, part, line) for part in parts) + end
