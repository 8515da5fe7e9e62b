"""How files of few rows and of many are written."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas import StoryArticle
from schemas.arrow import table
from tests.support.samples import RUN, article, story_article
from transforms.lake.layout import file_schema
from transforms.lake.parquet import row_groups, write_parts

SCHEMA = file_schema("articles")


def articles(count: int) -> pa.Table:
    body = "\n".join(f"Paragraph {number} of a text that says a little more each time." for number in range(60))
    rows = [story_article(article(url=f"http://post.example/{number}", body=body)) for number in range(count)]
    return table(StoryArticle, rows).select(SCHEMA.names)


def written(folder: Path, content: pa.Table) -> Path:
    (part,) = write_parts(folder, RUN, SCHEMA, row_groups(content), 10**9)
    return folder / part.name


@pytest.mark.parametrize("count", [1, 300])
def test_what_is_written_is_read(tmp_path: Path, count: int) -> None:
    content = articles(count)
    assert pq.ParquetFile(written(tmp_path, content), page_checksum_verification=True).read().equals(content)


@pytest.mark.parametrize(("count", "compressed"), [(1, {"body"}), (300, {"body", "url", "section", "published_at"})])
def test_columns_of_a_few_bytes_are_not_compressed(tmp_path: Path, count: int, compressed: set[str]) -> None:
    group = pq.read_metadata(written(tmp_path, articles(count))).row_group(0)
    columns = [group.column(number) for number in range(group.num_columns)]
    zstd = {column.path_in_schema for column in columns if column.compression == "ZSTD"}
    assert compressed <= zstd
    assert ("url" in zstd) == (count > 1)


@pytest.mark.parametrize(("count", "indexed"), [(1, False), (300, True)])
def test_a_row_group_of_one_page_has_no_page_index(tmp_path: Path, count: int, indexed: bool) -> None:
    column = pq.read_metadata(written(tmp_path, articles(count))).row_group(0).column(SCHEMA.names.index("url"))
    assert column.has_column_index is indexed
    assert column.statistics.min  # readers skip files and row groups by the statistics
