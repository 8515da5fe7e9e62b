"""The site that most tests read: a feed that answers conditional requests, and its pages."""

from collections.abc import Callable

from tests.support.web_server import Asked, Reply

FEED = "http://site.example/feed.xml"
OTHER_FEED = "http://other.example/feed.xml"


HTML = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1>" + "".join(
    f"<p>Paragraph {n} of {{0}} says that the council met on Tuesday, that the vote was close, and that it will be read again.</p>"
    for n in range(6)
)


def page(name: str) -> Reply:
    return Reply(headers={"Content-Type": "text/html"}, body=HTML.format(name).encode())


def feed(*names: str) -> Callable[[Asked], Reply]:
    """A feed with an ETag that answers 304 to whoever has it."""
    items = "".join(
        f"<item><title>{n}</title><link>http://site.example/{n}</link><guid>{n}</guid></item>" for n in names
    )
    body = f"<rss version='2.0'><channel><title>S</title>{items}</channel></rss>".encode()
    etag = f'"{len(names)}"'

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == etag:
            return Reply(status=304, headers={"ETag": etag})
        return Reply(headers={"ETag": etag, "Content-Type": "application/rss+xml"}, body=body)

    return answer
