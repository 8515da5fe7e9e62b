"""A lake, and a site for its steps."""

from pathlib import Path

import pytest

from transforms.lake.layout import Lake
from transforms.lake.opening import open_lake

HTML = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1>" + "".join(
    f"<p>Paragraph {n} says that the council met on Tuesday, that the vote was close, and that the mayor will read it again.</p>"
    for n in range(6)
)


ITEM = "<item><title>{0}</title><link>http://site.example/{0}.html</link><guid>{0}</guid></item>"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(tmp_path / "lake")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with a feed of three items, one of them without its page, and another feed that is missing."""
    folder = tmp_path / "site" / "pages" / "site.example"
    folder.mkdir(parents=True)
    for name in ("index", "one", "two"):
        (folder / f"{name}.html").write_text(HTML.format(name))
    items = "".join(ITEM.format(name) for name in ("one", "two", "three"))
    (folder / "feed.xml").write_text(f"<rss version='2.0'><channel><title>S</title>{items}</channel></rss>")
    return tmp_path / "site"
