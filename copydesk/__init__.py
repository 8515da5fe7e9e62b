"""Copydesk for Python and notebooks: an article of a page, a pass over feeds, a lake to read from. See docs/python.md.

    article = copydesk.extract(html, "https://www.example.org/story")
    record = copydesk.run("sources.toml", "lake")
    table = copydesk.open_lake("lake").articles(since="2026-10-01")

Importing it loads nothing else: Beam, Arrow and the extraction come with the first call that needs them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta
    from os import PathLike

    from apache_beam.options.pipeline_options import PipelineOptions

    from pipelines.command.shell import PassError
    from pipelines.engines.choose import EngineError
    from pipelines.sources import Sources, SourcesError, load_sources
    from schemas import Agency, Article, CopydeskError, Reason, Reject, Rejected, Source, StoryArticle
    from transforms.accounting.counts import Counts
    from transforms.accounting.run_record import RunRecord
    from transforms.extraction.extraction import Extraction
    from transforms.lake.layout import LakeBusyError, LakeError
    from transforms.lake.tables import LakeReader

    __version__: str

__all__ = [
    "Agency",
    "Article",
    "CopydeskError",
    "Counts",
    "EngineError",
    "Extraction",
    "LakeBusyError",
    "LakeError",
    "LakeReader",
    "PassError",
    "Reason",
    "Reject",
    "Rejected",
    "RunRecord",
    "Source",
    "Sources",
    "SourcesError",
    "StoryArticle",
    "__version__",
    "extract",
    "extract_with_origins",
    "load_sources",
    "open_lake",
    "run",
]

_HOME = Path(__file__).parents[1]
_PACKAGES = ("schemas", "transforms", "pipelines")
"""Copydesk's other packages, which are in the same folder as this one."""
_MODULES = {
    "Agency": "schemas",
    "Article": "schemas",
    "CopydeskError": "schemas",
    "Counts": "transforms.accounting.counts",
    "EngineError": "pipelines.engines.choose",
    "Extraction": "transforms.extraction.article",
    "LakeBusyError": "transforms.lake.layout",
    "LakeError": "transforms.lake.layout",
    "LakeReader": "transforms.lake.tables",
    "PassError": "pipelines.command.shell",
    "Reason": "schemas",
    "Reject": "schemas",
    "Rejected": "schemas",
    "RunRecord": "transforms.accounting.run_record",
    "Source": "schemas",
    "Sources": "pipelines.sources",
    "SourcesError": "pipelines.sources",
    "StoryArticle": "schemas",
    "load_sources": "pipelines.sources",
}
"""Where each name is defined; it is loaded on first use."""


def extract(
    html: str | bytes,
    url: str | None = None,
    *,
    source: Source | str = "page",
    zone: str | None = None,
    language: str | None = None,
    fetched_at: datetime | None = None,
    agencies: Iterable[Agency] = (),
) -> Article:
    """The article of one page, by the code of every pipeline. Raises Rejected, with its reason, when the page has none.

    ``url`` is the page's address, by default the one that it declares. ``source`` is the id of the source, or the record of one, which
    brings zone, language and agency. ``zone`` (IANA) is that of stamps without an offset, ``language`` (BCP 47) that of a page that
    names none. ``fetched_at`` must be aware; by default it is now. A date after it is no date of publication. ``agencies`` are your own,
    beside the known ones, such as ``load_sources("sources.toml").agencies``.
    """
    extraction = extract_with_origins(
        html, url, source=source, zone=zone, language=language, fetched_at=fetched_at, agencies=agencies
    )
    return extraction.article


def extract_with_origins(
    html: str | bytes,
    url: str | None = None,
    *,
    source: Source | str = "page",
    zone: str | None = None,
    language: str | None = None,
    fetched_at: datetime | None = None,
    agencies: Iterable[Agency] = (),
) -> Extraction:
    """The same, as ``.article``, with ``.origins``: the place of each value, such as ``{"published_at": "json-ld datePublished"}``."""
    _check_packages()
    from dataclasses import replace
    from datetime import timezone
    from zoneinfo import ZoneInfo

    from schemas import Source
    from transforms.accounting.runs import now
    from transforms.extraction.article import extract_article
    from transforms.extraction.single_page import on_agency_site, saved_page

    is_unknown = isinstance(source, str)
    if isinstance(source, str):
        source = Source(id=source, kind="outlet", feeds=())
    source = replace(source, zone=zone or source.zone, language=language or source.language)
    if source.zone:
        ZoneInfo(source.zone)  # raises ZoneInfoNotFoundError
    moment = fetched_at or now()
    if moment.tzinfo is None:
        raise ValueError("fetched_at has no time zone: give datetime.now(timezone.utc) or the like")
    own = tuple(agencies)
    page = saved_page(html, url, source, moment.astimezone(timezone.utc))
    return extract_article(on_agency_site(page, own) if is_unknown else page, run_id="extract", agencies=own)


def open_lake(path: str | PathLike[str]) -> LakeReader:
    """The lake in a folder, or at an address such as ``s3://bucket/news``, to read from. Makes and changes nothing.

    Raises LakeError when there is no lake.
    """
    _check_packages()
    from transforms.lake.opening import find_lake
    from transforms.lake.tables import LakeReader

    return LakeReader(find_lake(str(path)))


def run(
    sources: str | PathLike[str] | Sources | Iterable[Source | str],
    lake: str | PathLike[str],
    *,
    contact: str | None = None,
    proxy: str | None = None,
    pause: float = 1.0,
    page_seconds: float = 30.0,
    host_seconds: float = 600.0,
    pass_seconds: float = 3600.0,
    commit_every: float = 300.0,
    allow_networks: Sequence[str] = (),
    look_back: timedelta | None = None,
    all_feeds: bool = False,
    archive: str | PathLike[str] | None = None,
    progress: bool = False,
    beam: PipelineOptions | None = None,
) -> RunRecord:
    """One pass, as by ``copydesk run``: polls the feeds that are due, and brings what is new to the lake, which is made if there is none.

    ``sources`` is the path of a sources file, records, or addresses of feeds. The options are those of the command. ``archive`` is a folder
    for WARC files of every request and its response. ``progress`` shows bars on standard error, and ``beam`` has Beam's options. Handles
    no signals and sets up no logging.

    Raises SourcesError, EngineError, LakeError (LakeBusyError while another run writes), OSError and ValueError for what it was given, and
    PassError when the pass failed, also when every feed that was due failed. One site that fails does not make a pass fail: see
    ``record.total`` and the lake's rejects.
    """
    _check_packages()
    with _logging_as_it_was():
        from apache_beam.options.pipeline_options import PipelineOptions

        from pipelines.command.console import Terminal
        from pipelines.command.shell import PassError
        from pipelines.engines.choose import choose_engine
        from pipelines.passes import Pass, pass_problem, run_pass
        from pipelines.sources import sources_from
        from transforms.web.settings import Connect, Politeness

        given = sources_from(sources)
        work = Pass(
            sources=given,
            lake=str(lake),
            connect=Connect(
                contact=contact or given.contact,
                proxy=proxy,
                allow_networks=tuple(allow_networks),
                seconds=page_seconds,
            ),
            politeness=Politeness(pause=pause, host_seconds=host_seconds, pass_seconds=pass_seconds),
            look_back=look_back,
            all_feeds=all_feeds,
            commit_every=commit_every,
            archive=None if archive is None else str(archive),
            beam=PipelineOptions([]) if beam is None else beam,  # without a list it reads the options of this program
        )
        record = run_pass(work, choose_engine(work.beam), Terminal(quiet=not progress))
    if problem := pass_problem(record):
        raise PassError(problem)
    return record


if not TYPE_CHECKING:  # type checkers would take every name for one that is there

    def __getattr__(name: str) -> Any:
        if name == "__version__":
            from importlib.metadata import version

            return version("copydesk")
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        _check_packages()
        with _logging_as_it_was() if _MODULES[name].startswith("pipelines.") else nullcontext():
            return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


@contextmanager
def _logging_as_it_was() -> Iterator[None]:
    """Beam gives the root logger a handler, for good, when it finds none: here it finds the one that Python uses then.

    On import it also warns that its Google Cloud extra is absent, which is filtered out for the time.
    """
    import logging

    root, filters = logging.getLogger(), logging.getLogger().filters[:]
    added = None if root.handlers else logging.lastResort
    from pipelines import not_about_google_cloud

    root.addFilter(not_about_google_cloud)
    if added:
        root.addHandler(added)
    try:
        yield
    finally:
        if added:
            root.removeHandler(added)
        root.filters[:] = filters


def _check_packages() -> None:
    """Raises ImportError when another package has the name of one of ours, instead of whatever its content would lead to."""
    for name in _PACKAGES:
        spec = find_spec(name)
        place = spec.origin if spec else None
        if place is None or Path(place).resolve() != (_HOME / name / "__init__.py").resolve():
            raise ImportError(
                f"Copydesk needs its package {name!r}, and {place or 'nothing'} is found under that name."
                " Rename the other one, or use an environment and a folder without it: see docs/python.md."
            )
