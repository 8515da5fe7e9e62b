"""``copydesk replay`` over archives that a test makes."""

from pathlib import Path

from examples.serve_newsroom import NEWSROOM
from pipelines.replay import main
from tests.support.warc import PACKED, http
from transforms.accounting.run_record import RunRecord

SOURCES = str(NEWSROOM / "sources.toml")


STORY = " ".join(f"Sentence {number} tells what happened at the harbour in some detail." for number in range(12))


def replay(lake: Path, *arguments: object) -> int:
    return main([*map(str, arguments), "--lake", str(lake), "--quiet"])


def summaries(lake: Path) -> list[RunRecord]:
    return [RunRecord.from_json(file.read_text()) for file in sorted((lake / "runs").rglob("*.json"))]


def page(title: str, text: str = STORY) -> bytes:
    return http(f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>".encode())


def feed(*links: str) -> bytes:
    items = "".join(
        f"<item><title>Told by the feed {n}</title><link>{link}</link><guid>g{n}</guid>"
        f"<pubDate>Thu, 01 Oct 2026 0{n}:30:00 GMT</pubDate></item>"
        for n, link in enumerate(links)
    )
    return http(f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>".encode(), "application/rss+xml")


def put(folder: Path, name: str, *records: bytes, ending: str = ".warc.gz") -> Path:
    file = folder / f"{name}{ending}"
    file.write_bytes(PACKED[ending](records))
    return file
