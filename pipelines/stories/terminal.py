"""Stories as text at a terminal: lists, one story, and two texts side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.stories.compare import Comparison, Piece, compare
from pipelines.stories.queries import Story, StoryLine, StoryMember
from schemas.plain_text import printable

SHORT_ID = 10
"""Characters of an id that are shown: enough for a million stories."""
_WIDE = 110
"""Columns from which a story's table has headlines too."""
_NARROW = 60
"""Columns of a terminal below which two texts stand one after the other."""


def show_list(console: Console, lines: Sequence[StoryLine]) -> None:
    """A row for each story."""
    table = _table("#sources", "#articles", "first (UTC)", "within", "agencies", "story", "headline")
    for line in lines:
        table.add_row(
            str(line.sources),
            str(line.articles),
            _minute(line.first_at),
            span((line.last_at - line.first_at).total_seconds()),
            " ".join(line.agencies),
            line.story_id[:SHORT_ID],
            _text(line.headline or "(no headline)"),
        )
    console.print(table)


def show_story(console: Console, story: Story) -> None:
    """Who ran a story, when, and how much of it."""
    lead = story.lead
    console.print(_text(lead.headline or "(no headline)"), style="bold")
    count = f"{len(story.members)} articles in {story.sources} sources"
    console.print(_text(f"Story {story.story_id}: {count}. Compared with: {lead.source}."))
    columns = ("published (UTC)", "after", "source", "agency", "relation", "#kept", "#own", "article")
    wide = console.width >= _WIDE
    table = _table(*columns, *(["headline"] if wide else []))
    for member in story.members:
        kept, own = ("", "") if member is lead else _shares(compare(lead.body, member.body))
        table.add_row(
            _minute(member.instant),
            "" if member is lead else signed_span((member.instant - lead.instant).total_seconds()),
            _text(member.source),
            member.agency or "",
            member.relation,
            kept,
            own,
            member.article_id[:SHORT_ID],
            *([_text(member.headline or "(no headline)")] if wide else []),
        )
    console.print(table)


def show_comparison(console: Console, first: StoryMember, second: StoryMember) -> None:
    """Two articles side by side: what was cut is struck through, what was added is underlined."""
    comparison = compare(first.body, second.body)
    heads = [f"{member.source}, {_minute(member.instant)}" for member in (first, second)]
    console.print()
    kept, own = _shares(comparison)
    console.print(_text(f"{second.source} kept {kept} of the text; {own} of its words are its own."))
    if console.width < _NARROW:
        for line in comparison.lines:
            sides = [_side(line.first, "-", "strike red"), _side(line.second, "+", "underline green")]
            console.print(*(sides[:1] if line.kind == "same" else filter(None, sides)), "", sep="\n")
    else:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0), expand=True)
        for head in heads:
            table.add_column(_text(head), ratio=1, overflow="fold")
        for line in comparison.lines:
            table.add_row(_side(line.first, "-", "strike red"), _side(line.second, "+", "underline green"))
        console.print(table)
    if not comparison.whole:
        console.print("Only the beginning of the longer text was compared.")


def _side(pieces: Iterable[Piece], mark: str, style: str) -> Text:
    """One side of a line. Brackets mark what the other text does not have, for terminals without colours."""
    text = Text()
    for piece in pieces:
        shown = printable(piece.text)
        if piece.shared:
            text.append(shown)
        else:
            body = shown.strip()
            lead, tail = shown[: len(shown) - len(shown.lstrip())], shown[len(shown.rstrip()) :]
            text.append(lead).append(f"[{mark}{body}{mark}]", style=style).append(tail)
    return text


def _shares(comparison: Comparison) -> tuple[str, str]:
    return percent(comparison.kept), percent(comparison.own)


def percent(share: float) -> str:
    """A share from 0 to 1 in per cent. Only nothing is 0 %, and only all is 100 %."""
    return f"{min(99, max(1, round(100 * share))) if 0 < share < 1 else round(100 * share)} %"


def span(seconds: float) -> str:
    """Seconds as ``45 s``, ``12 min``, ``3.5 h`` or ``2.1 days``."""
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{seconds:.0f} s"


def signed_span(seconds: float) -> str:
    """A time after (+) or before (-) another."""
    return f"{'-' if seconds < 0 else '+'}{span(abs(seconds))}"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(
            column.removeprefix("#"),
            justify="right" if column.startswith("#") else "left",
            no_wrap=True,
            overflow="ellipsis",
            ratio=1 if column == "headline" else None,
        )
    return table


def _text(text: str) -> Text:
    """A text of the web: one line, without control characters, and never markup."""
    return Text(" ".join(printable(text).split()))


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"
