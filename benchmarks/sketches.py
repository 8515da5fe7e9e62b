"""Sketches of generated texts, for the benchmarks of stories."""

from __future__ import annotations

from datetime import datetime

from schemas import Sketch
from transforms.stories.sketch import SCHEME, SHINGLE, keys_of
from transforms.stories.words import Hashes


def sketch_of_words(
    article_id: str,
    source: str,
    words: Hashes,
    *,
    content_hash: str,
    published_at: datetime,
    first_seen_at: datetime,
    run_id: str = "",
) -> Sketch:
    """The sketch of an outlet's article that has these words, given as hashes, and no story yet."""
    return Sketch(
        article_id=article_id,
        revision=1,
        story_id="",
        source=source,
        source_kind="outlet",
        agency=None,
        pub_status=None,
        content_hash=content_hash,
        published_at=published_at,
        first_seen_at=first_seen_at,
        words=words.tobytes(),
        shingle=SHINGLE,
        keys=keys_of(words, True).tobytes(),
        scheme=SCHEME,
        run_id=run_id,
    )
