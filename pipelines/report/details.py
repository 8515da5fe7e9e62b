"""The pages beside a report: one for each of the biggest stories, and one for each outlet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from pipelines.report.figures import Figures
from pipelines.stories.outlets import read_outlets
from pipelines.stories.pages import outlet_page, stories_page
from pipelines.stories.queries import Choice, biggest_stories
from transforms.lake.layout import Lake


@dataclass(frozen=True, slots=True)
class Details:
    """The pages beside a report, as addresses relative to it."""

    folder: Path
    stories: dict[str, str]
    """By story_id."""
    outlets: dict[str, str]
    """By source id."""


def write_details(lake: Lake, figures: Figures, report: Path, made_at: datetime) -> Details:
    """Writes the pages of a report into the folder beside it, such as ``report-pages``; pages of an earlier report are deleted.

    Raises LakeError, and OSError where the folder cannot be written.
    """
    folder = report.with_name(f"{report.stem}-pages")
    folder.mkdir(exist_ok=True)
    for old in (*folder.glob("story-*.html"), *folder.glob("outlet-*.html")):
        old.unlink()
    stories = biggest_stories(lake, Choice(since=figures.since, limit=len(figures.stories) or 1))
    outlets = read_outlets(lake, figures.since)
    story_files = {story.story_id: f"story-{story.story_id}.html" for story in stories}
    outlet_files = {outlet.source: f"outlet-{outlet.source}.html" for outlet in outlets}
    for story in stories:
        (folder / story_files[story.story_id]).write_text(stories_page((story,), lake.name, made_at), encoding="utf-8")
    for outlet in outlets:
        (folder / outlet_files[outlet.source]).write_text(
            outlet_page(outlet, story_files, lake.name, made_at), encoding="utf-8"
        )
    return Details(folder, _links(folder, story_files), _links(folder, outlet_files))


def _links(folder: Path, files: dict[str, str]) -> dict[str, str]:
    return {key: quote(f"{folder.name}/{file}") for key, file in files.items()}
