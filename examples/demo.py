"""Copydesk on the example newsroom: one real pass over loopback, then queries on the lake that it wrote.

    python -m examples.demo --lake demo-lake

Run it again with the same lake: the pass finds nothing new.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

import duckdb
from rich.console import Console
from rich.table import Table

from examples.serve_newsroom import NEWSROOM, serving
from pipelines.cli import main as copydesk

_LATEST = """
    WITH latest AS (
        SELECT * FROM read_parquet(?, hive_partitioning = true)
        QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY revision DESC) = 1
    )
"""
_RAN_BY = """
    SELECT wire.agency, wire.headline,
           list(run.source || ' (' || run.relation || ')' ORDER BY run.source) FILTER (run.source IS NOT NULL) AS outlets
    FROM latest AS wire
    LEFT JOIN latest AS run ON run.story_id = wire.story_id AND run.source_kind = 'outlet'
    WHERE wire.source_kind = 'wire'
    GROUP BY wire.article_id, wire.agency, wire.headline
    ORDER BY len(outlets) DESC NULLS LAST, wire.headline
"""
_CREDITED = """
    SELECT agency, headline, source, agency_evidence FROM latest
    WHERE source_kind = 'outlet' AND agency IS NOT NULL
      AND story_id NOT IN (SELECT story_id FROM latest WHERE source_kind = 'wire')
    ORDER BY source, headline
"""


class WireStory(NamedTuple):
    """A wire's article and the outlets that ran its story, each as ``source (relation)``."""

    agency: str | None
    headline: str | None
    outlets: tuple[str, ...]


class CreditedCopy(NamedTuple):
    """An outlet's article that credits an agency, in a story without a wire's article."""

    agency: str
    headline: str | None
    source: str
    evidence: tuple[str, ...]


def wire_stories(lake: Path) -> list[WireStory]:
    """Every wire article of the lake. Those that most outlets ran come first."""
    rows = duckdb.execute(_LATEST + _RAN_BY, [_articles(lake)]).fetchall()
    return [WireStory(agency, headline, tuple(outlets or ())) for agency, headline, outlets in rows]


def credited_copies(lake: Path) -> list[CreditedCopy]:
    """Wire copy that outlets cut, edited or translated. Its text matches no wire's article, but it credits the agency."""
    rows = duckdb.execute(_LATEST + _CREDITED, [_articles(lake)]).fetchall()
    return [CreditedCopy(agency, headline, source, tuple(evidence)) for agency, headline, source, evidence in rows]


def _articles(lake: Path) -> str:
    return str(lake / "articles" / "**" / "*.parquet")


def show(lake: Path, console: Console) -> None:
    """Prints what the lake knows about wire copy."""
    stories = wire_stories(lake)
    ran = Table(title="Wire stories and who ran them", title_justify="left", box=None, header_style="bold")
    for column in ("agency", "headline", "run by (relation)"):
        ran.add_column(column)
    for story in stories:
        if story.outlets:
            ran.add_row(story.agency, story.headline, ", ".join(story.outlets))
    ran.add_row("", f"[dim]{sum(not story.outlets for story in stories)} more that no outlet ran unchanged[/]", "")
    credited = Table(title="Other copy that credits an agency", title_justify="left", box=None, header_style="bold")
    for column in ("agency", "headline", "run by", "evidence"):
        credited.add_column(column)
    for copy in credited_copies(lake):
        credited.add_row(copy.agency, copy.headline, copy.source, "; ".join(copy.evidence))
    console.print(ran, "", credited, "", sep="\n")


def main() -> int:
    """Runs the pass and the queries. Returns the exit status of the pass."""
    parser = argparse.ArgumentParser(description="Run Copydesk on the example newsroom and query its lake.")
    parser.add_argument("--lake", type=Path, default=Path("demo-lake"))
    lake: Path = parser.parse_args().lake
    console = Console()
    with serving(NEWSROOM) as proxy:
        sources = str(NEWSROOM / "sources.toml")
        status = copydesk(["run", "--sources", sources, "--lake", str(lake), "--proxy", proxy, "--pause", "0"])
    if status:
        return status
    console.print()
    show(lake, console)
    console.print("Again:       the same command finds nothing new.", highlight=False)
    console.print(
        "Real feeds:  copydesk run --sources sources.toml --lake lake   (cut sources.toml down first)", highlight=False
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
