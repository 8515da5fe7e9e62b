"""An article to its sketch: the hashed words and lines, and the keys by which similar articles are looked up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from schemas import Article, Sketch
from transforms.stories.words import Hashes, hashes_of_lines, shingles, without_spaces, words_and_lines

SCHEME = 1
"""Version of the hashing. It rises with every change of words, shingles or keys."""
MIN_WORDS = 20
"""Bodies with fewer words ("Watch the video above.") may be equal without being one story."""
SHINGLE, SHINGLE_CHARACTERS = 3, 5
"""Words in a shingle, by which texts are compared; characters where there are no spaces."""
KEY_WORDS, KEY_CHARACTERS = 5, 8
"""Words in a key, by which candidates are found."""
SAMPLING = 16
"""One key in so many is kept from the whole text."""
LEAD_WORDS, TAIL_WORDS = 40, 24
"""All keys of so many words at the beginning and at the end are kept: a sample is blind to short texts."""
CHARACTERS_A_WORD = 5 / 3
"""Characters that count as one word where there are no spaces."""
MOST_LINES = 200
"""Lines of a sketch: of a longer text the first and the last hundred, because what a source repeats stands around its articles."""


def sketch_of(article: Article, story_id: str = "") -> Sketch:
    """The sketch of an article."""
    words, shingle, keys, lines = hashed(article.body)
    return Sketch(
        article_id=article.article_id,
        revision=article.revision,
        story_id=story_id,
        source=article.source,
        source_kind=article.source_kind,
        agency=article.agency,
        pub_status=article.pub_status,
        content_hash=article.content_hash,
        published_at=article.published_at,
        first_seen_at=article.first_seen_at,
        words=words,
        shingle=shingle,
        keys=keys,
        scheme=SCHEME,
        run_id=article.run_id,
        lines=lines,
    )


def hashed(body: str, dropped: Sequence[str] = ()) -> tuple[bytes, int, bytes, bytes]:
    """The columns ``words``, ``shingle``, ``keys`` and ``lines`` of a body. The lines are also those that were dropped from it."""
    words, line = words_and_lines("\n".join([body, *dropped]))
    of_body = body.count("\n") + 1
    lines = hashes_of_lines(words, line, of_body + len(dropped))
    words = words[: np.searchsorted(line, of_body)]
    spaced = not without_spaces(body)
    keys = keys_of(words, spaced)
    shingle = SHINGLE if spaced else SHINGLE_CHARACTERS
    return _packed(words), shingle, _packed(keys), _packed(_around(lines))


def _around(lines: Hashes) -> Hashes:
    return lines if len(lines) <= MOST_LINES else np.append(lines[: MOST_LINES // 2], lines[-MOST_LINES // 2 :])


def _packed(values: Hashes) -> bytes:
    return values.astype("<u4").tobytes()


def keys_of(words: Hashes, spaced: bool) -> Hashes:
    """The keys of a text, sorted: a sample of the whole, and all of the beginning and the end."""
    size, scale = (KEY_WORDS, 1.0) if spaced else (KEY_CHARACTERS, CHARACTERS_A_WORD)
    if len(words) < MIN_WORDS:
        return np.empty(0, np.uint32)
    keys = shingles(words, size)
    chosen = keys < np.uint32(2**32 // SAMPLING)
    chosen[: round(LEAD_WORDS * scale) - size + 1] = True
    chosen[max(0, len(keys) - (round(TAIL_WORDS * scale) - size + 1)) :] = True
    return np.unique(keys[chosen])


def hashes(packed: bytes) -> Hashes:
    """The hashes in a column ``words``, ``keys`` or ``lines``."""
    return np.frombuffer(packed, "<u4")


def grams_of(sketch: Sketch) -> Hashes:
    """The shingles of an article, in order."""
    return shingles(hashes(sketch.words), sketch.shingle)
