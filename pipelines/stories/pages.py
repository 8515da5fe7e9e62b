"""Stories and outlets as HTML pages that load nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipelines.html_pages import pages
from pipelines.stories.compare import Comparison, compare
from pipelines.stories.outlets import Outlet
from pipelines.stories.queries import Story, StoryMember
from pipelines.stories.terminal import percent, signed_span

_MOST_TEXTS = 50
"""Articles of a story whose texts are shown beside its lead."""


@dataclass(frozen=True, slots=True)
class ShownMember:
    """An article, and how it differs from the lead."""

    member: StoryMember
    comparison: Comparison | None
    """None for the lead itself."""
    position: float
    """Its time between the story's first article (0) and its last (100)."""


@dataclass(frozen=True, slots=True)
class ShownStory:
    """A story, compared with its lead."""

    story: Story
    lead: StoryMember
    members: tuple[ShownMember, ...]

    @property
    def texts(self) -> tuple[ShownMember, ...]:
        """The articles whose texts are shown: those that are not the lead, and not a copy of it word for word."""
        return tuple(
            shown
            for shown in self.members
            if shown.comparison and any(line.kind != "same" for line in shown.comparison.lines)
        )[:_MOST_TEXTS]


def stories_page(stories: Sequence[Story], lake: str, made_at: datetime) -> str:
    """A page with these stories: who ran them, when, and their texts side by side. ``lake`` is the name to show."""
    return _render("stories.html.j2", stories=[_shown(story) for story in stories], lake=lake, made_at=made_at)


def outlet_page(outlet: Outlet, story_pages: Mapping[str, str], lake: str, made_at: datetime) -> str:
    """A page about one outlet. ``story_pages``: the file of each story that has one, by story_id."""
    return _render("outlet.html.j2", outlet=outlet, story_pages=story_pages, lake=lake, made_at=made_at)


def _render(template: str, **values: object) -> str:
    environment = pages()
    environment.filters |= {"percent": percent, "after": signed_span}
    return environment.get_template(template).render(**values)


def _shown(story: Story) -> ShownStory:
    lead = story.lead
    first = story.members[0].instant
    whole = (story.members[-1].instant - first).total_seconds()
    return ShownStory(
        story,
        lead,
        tuple(
            ShownMember(
                member,
                None if member is lead else compare(lead.body, member.body),
                round(100 * (member.instant - first).total_seconds() / whole, 1) if whole else 0.0,
            )
            for member in story.members
        ),
    )
