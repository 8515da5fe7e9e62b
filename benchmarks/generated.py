"""Articles for benchmarks that need many: no real text, but words as frequent, and texts as long, as in news."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from schemas import StoryArticle
from transforms.urls import digest

_SYLLABLES = (
    "ba ce di fo gu la me ni po ru sa te vi mo ne tra ster ing ion er al en re con pro de in ment ly or".split()
)
_AGENCIES = (None, None, None, "AP", "Reuters", "AFP")


class Newsroom:
    """Makes articles, the same ones for the same seed."""

    def __init__(self, seed: int = 1, vocabulary: int = 20_000) -> None:
        self._random = random.Random(seed)
        self._words = [
            "".join(self._random.choices(_SYLLABLES, k=self._random.randint(1, 4))) for _ in range(vocabulary)
        ]
        self._weights: list[float] = []
        total = 0.0
        for rank in range(1, vocabulary + 1):  # Zipf's law
            total += 1 / rank
            self._weights.append(total)

    def article(self, source: str, moment: datetime, run_id: str) -> StoryArticle:
        """An article of ``source``, published within the hour before ``moment``."""
        draw = self._random
        length = min(3000, int(draw.lognormvariate(6.0, 0.7)))
        headline, body = self._text(9), self._text(length)
        number = f"{draw.getrandbits(40):x}"
        url = f"https://www.{source}.example/news/{moment:%Y/%m/%d}/{headline.replace(' ', '-')}-{number}"
        published = moment - timedelta(seconds=draw.randrange(3600))
        agency = draw.choice(_AGENCIES)
        article_id = digest(source, url)
        return StoryArticle(
            article_id=article_id,
            content_hash=digest(body),
            source=source,
            source_kind="outlet",
            feed_url=f"https://www.{source}.example/rss/{draw.choice(('world', 'politics', 'sport'))}.xml",
            entry_id=url,
            url=url,
            canonical_url=url,
            headline=headline.capitalize(),
            standfirst=self._text(25),
            body=body,
            language="en",
            word_count=length,
            section=draw.choice(("World", "Politics", "Sport", None)),
            keywords=tuple(self._text(1) for _ in range(draw.randrange(6))),
            image_url=f"https://img.{source}.example/{number}.jpg",
            published_at=published,
            published_raw=published.isoformat(),
            published_offset_minutes=0,
            published_precision="second",
            published_from="json-ld",
            modified_at=published + timedelta(minutes=draw.randrange(90)),
            first_seen_at=moment,
            fetched_at=moment,
            byline=f"By {self._text(2).title()}",
            authors=(self._text(2).title(),),
            agency=agency,
            agency_evidence=(f"byline: {agency}",) if agency else (),
            fingerprint=digest(headline),
            run_id=run_id,
            extractor="generated",
            story_id=article_id,
            relation="original",
        )

    def _text(self, words: int) -> str:
        return " ".join(self._random.choices(self._words, cum_weights=self._weights, k=words))
