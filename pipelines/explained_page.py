"""An explanation of an article as an HTML page. The template escapes everything that came from the web."""

from __future__ import annotations

from datetime import datetime

from pipelines.html_pages import pages
from transforms.extraction.explain import Explanation


def html_page(explanation: Explanation, made_at: datetime) -> str:
    """The page, which has no script and loads nothing."""
    return (
        pages()
        .get_template("explanation.html.j2")
        .render(
            article=explanation.extraction.article,
            origins=explanation.extraction.origins,
            values=explanation.values,
            blocks=explanation.blocks,
            made_at=made_at,
        )
    )
