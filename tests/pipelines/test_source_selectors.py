"""``selectors`` in a sources file."""

from pathlib import Path

import pytest

from pipelines.sources import SourcesError, load_sources, sources_from
from schemas.sources import Selectors

SOURCE = '[[source]]\nid = "post"\nkind = "outlet"\nfeeds = ["https://post.example/rss"]\n'


def test_selectors_are_read(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(f'{SOURCE}[source.selectors]\nbody = "div.text > p"\ndrop = [".related", "aside"]\n')
    (source,) = load_sources(path).sources
    assert source.selectors == Selectors(body="div.text > p", drop=(".related", "aside"))
    assert sources_from([source]).sources == (source,)


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ('selectors = "p"', "selectors must be a table"),
        ("selectors = {}", "selectors must be a table"),
        ('selectors = { text = "p" }', "has no 'text'. Use body, published, byline, drop"),
        ('selectors = { body = "p[" }', "body in selectors: 'p[' is not a CSS selector"),
        ("selectors = { body = 3 }", "must be a CSS selector in quotes"),
        ('selectors = { drop = ".x" }', "drop in selectors must be a list"),
        ('selectors = { drop = [".x", "::"] }', "drop in selectors: '::' is not a CSS selector"),
    ],
)
def test_what_is_no_selector_is_said(table: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(SOURCE + table + "\n")
    with pytest.raises(SourcesError, match="post") as caught:
        load_sources(path)
    assert problem in str(caught.value)
