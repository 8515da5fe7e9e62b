"""``copydesk stories``: which stories many sources ran, and who ran one of them, when, and how much of it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.command.console import Terminal, print_json
from pipelines.command.lake_parsers import stories_parser
from pipelines.command.shell import run_command
from schemas import UsageError
from transforms.accounting.runs import new_run_id, now
from transforms.lake.commit import recover
from transforms.lake.layout import Lake
from transforms.lake.locking import writing
from transforms.lake.opening import existing_lake
from transforms.stories.rebuild import rebuild_sketches

if TYPE_CHECKING:
    from pipelines.stories.queries import Story

_PIPED = 160
"""Columns of the output where it is no terminal."""


def main(argv: Sequence[str]) -> int:
    """The command: 0 when it worked, 2 for wrong usage, an unusable lake or an unknown story."""
    options = stories_parser().parse_args(argv)
    terminal = Terminal(quiet=False)
    return run_command(
        lambda: _show(options, terminal), terminal, stopped="stopped.", failed="the lake cannot be read: {}"
    )


def _show(options: argparse.Namespace, terminal: Terminal) -> int:
    if options.rebuild:
        return _rebuild(existing_lake(options.lake), terminal)
    try:
        import pipelines.stories.queries  # noqa: F401  # the libraries come with an extra
    except ModuleNotFoundError as missing:
        raise UsageError(f"stories needs {missing.name}. Install it with: pip install '.[report]'") from missing
    lake = existing_lake(options.lake)
    if options.id:
        return _show_one(lake, options, terminal)
    return _show_many(lake, options, terminal)


def _rebuild(lake: Lake, terminal: Terminal) -> int:
    """Makes the sketches again. What is done stays when it is stopped."""
    run_id = f"stories-{new_run_id(now())}"
    days = sketches = 0
    with writing(lake, run_id):
        for message in recover(lake):
            terminal.say(message)
        for done in rebuild_sketches(lake, now):
            days, sketches = days + 1, sketches + done.sketches
    terminal.say(f"Made {sketches:,} sketches of {days:,} days again. No story has changed.")
    return 0


def _show_many(lake: Lake, options: argparse.Namespace, terminal: Terminal) -> int:
    from pipelines.stories.queries import Choice, biggest_stories, list_stories
    from pipelines.stories.terminal import show_list

    choice = Choice(
        since=options.since,
        agency=options.agency,
        source=options.source,
        min_sources=options.min_sources,
        limit=options.limit,
    )
    if options.html:
        from pipelines.stories.pages import stories_page

        stories = biggest_stories(lake, choice)
        _write(Path(options.html), stories_page(stories, lake.name, now()))
        terminal.say(f"{options.html}: {len(stories)} stories.")
        return 0
    lines = list_stories(lake, choice)
    if options.json:
        print_json([asdict(line) for line in lines], default=_json_value)
    elif lines:
        show_list(_console(), lines)
        terminal.say(f"copydesk stories {options.lake} STORY shows who ran one of them, and how much of it.")
    else:
        terminal.say(
            f"No story was run by {choice.min_sources} sources or more. Widen --since, or lower --min-sources."
        )
    return 0


def _show_one(lake: Lake, options: argparse.Namespace, terminal: Terminal) -> int:
    from pipelines.stories.queries import find_story
    from pipelines.stories.terminal import show_comparison, show_story

    story = find_story(lake, options.id, options.since)
    if options.html:
        from pipelines.stories.pages import stories_page

        _write(Path(options.html), stories_page((story,), lake.name, now()))
        terminal.say(f"{options.html}: {len(story.members)} articles of one story.")
        return 0
    if options.json:
        print_json(_story_values(story), default=_json_value)
        return 0
    console = _console()
    show_story(console, story)
    others = [member for member in story.members if member is not story.lead]
    asked = [member for member in others if member.article_id.startswith(options.id)]
    if asked or len(others) == 1:
        show_comparison(console, story.lead, (asked or others)[0])
    elif others:
        terminal.say(f"copydesk stories {options.lake} ARTICLE shows what one of the articles cut, added and changed.")
    return 0


def _story_values(story: Story) -> dict[str, Any]:
    from pipelines.stories.compare import compare

    members = []
    for member in story.members:
        values = asdict(member)
        del values["body"]
        if member is not story.lead:
            comparison = compare(story.lead.body, member.body)
            values |= {"kept": round(comparison.kept, 4), "own": round(comparison.own, 4)}
        members.append(values)
    return {"story_id": story.story_id, "compared_with": story.lead.article_id, "articles": members}


def _console() -> Any:
    from rich.console import Console

    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_PIPED)


def _write(out: Path, page: str) -> None:
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{out} cannot be written: {error.strerror or error}. Give --html a file in a writable folder."
        ) from error


def _json_value(value: object) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)
