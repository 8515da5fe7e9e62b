"""Where rows go."""

from tests.support.samples import poll, reject, story_article
from transforms.lake.layout import partition


def test_rows_go_to_the_partition_of_their_day_and_source() -> None:
    assert partition(story_article()) == "articles/date=2026-10-01/source=post"
    assert partition(story_article(published_at=None)) == "articles/date=2026-10-01/source=post"
    assert partition(reject()) == "rejects/date=2026-10-01"
    assert partition(poll()) == "polls/date=2026-10-01"
