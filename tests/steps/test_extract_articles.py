"""ExtractArticles: what reaches the extraction in a worker."""

import pytest
from apache_beam.internal import pickler

from schemas import Agency, Article
from tests.support.pages import PARAGRAPHS, document, page_of
from tests.support.samples import NOON, RUN
from transforms.lake.layout import Lake
from transforms.steps.context import RunContext
from transforms.steps.extract_articles import ExtractArticle


@pytest.mark.system
@pytest.mark.parametrize(("agencies", "code"), [((), None), ((Agency(code="MPA", names=("Meridian Press",)),), "MPA")])
def test_agencies_of_the_sources_file_travel_to_the_workers(
    lake: Lake, agencies: tuple[Agency, ...], code: str | None
) -> None:
    run = RunContext(run_id=RUN, lake=lake, started_at=NOON, agencies=agencies)
    step: ExtractArticle = pickler.loads(pickler.dumps(ExtractArticle(run)))
    page = page_of(document(body=f"{PARAGRAPHS}<p>Source: Meridian Press</p>"))
    article = next(iter(step.process(page)))
    assert isinstance(article, Article)
    assert article.agency == code
