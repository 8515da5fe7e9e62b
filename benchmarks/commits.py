"""Measures a commit of articles in many partitions: on this disk, and in a store that speaks S3.

    python -m benchmarks.commits --partitions 50 1000
    python -m benchmarks.commits --partitions 50 --s3 [--latency 0.03]

Each partition gets one article. Prints seconds and CPU of staging and commit, and how often the disk was told to sync or how many requests
the store got. The store is moto's on loopback (extra ``test``), with a pause before each answer.
"""

from __future__ import annotations

import argparse
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from schemas import StoryArticle
from tests.support.samples import RUN, article, story_article
from tests.support.small_lakes import record, rows_of, stage_all
from transforms import files
from transforms.lake.commit import commit
from transforms.lake.layout import Lake
from transforms.lake.locking import writing
from transforms.lake.opening import open_lake

_BUCKET = "news"


@dataclass
class Calls:
    """Counts calls from several threads."""

    count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with each call counted."""

        def call(*arguments: Any, **named: Any) -> Any:
            with self._lock:
                self.count += 1
            return function(*arguments, **named)

        return call


@contextmanager
def disk() -> Iterator[tuple[Lake, Calls]]:
    """An empty lake on this disk, and a count of its syncs."""
    syncs = Calls()
    with (
        tempfile.TemporaryDirectory(dir=Path.cwd()) as folder,
        patch("os.fsync", syncs.counted(os.fsync)),
        patch.object(files, "_sync_file_system", syncs.counted(files._sync_file_system)),
    ):
        yield open_lake(Path(folder) / "lake"), syncs


@contextmanager
def object_store(latency: float) -> Iterator[tuple[Lake, Calls]]:
    """An empty lake in a store that answers after ``latency`` seconds, and a count of the requests."""
    import boto3  # type: ignore[import-untyped]
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it names each request
    requests = Calls()
    answer = requests.counted(DomainDispatcherApplication(create_backend_app))

    def answer_later(environment: Any, start: Any) -> Any:
        time.sleep(latency)
        return answer(environment, start)

    server = make_server("127.0.0.1", 0, answer_later, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    own = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "no_proxy": "127.0.0.1",
    }
    try:
        with patch.dict(os.environ, own):
            boto3.client("s3").create_bucket(Bucket=_BUCKET)
            yield open_lake(f"s3://{_BUCKET}/lake"), requests
    finally:
        server.shutdown()


def articles(partitions: int) -> list[StoryArticle]:
    """An article of each of so many sources, all of one day."""
    first = story_article(article())
    return [
        replace(first, article_id=f"{number:032x}", story_id=f"{number:032x}", source=f"source-{number}")
        for number in range(partitions)
    ]


def main() -> None:
    """Measures, and prints a line for each number of partitions."""
    parser = argparse.ArgumentParser(description="Measures a commit of articles in many partitions.")
    parser.add_argument("--partitions", type=int, nargs="+", default=[50, 1000], help="(default: %(default)s)")
    parser.add_argument("--s3", action="store_true", help="in a store that speaks S3 (default: on this disk)")
    parser.add_argument(
        "--latency", type=float, default=0.03, metavar="SECONDS", help="of the store (default: %(default)s)"
    )
    options = parser.parse_args()
    for partitions in options.partitions:
        rows = rows_of(*articles(partitions))
        with object_store(options.latency) if options.s3 else disk() as (lake, calls):
            before, began, used = calls.count, time.perf_counter(), time.process_time()
            with writing(lake, RUN):
                written = stage_all(lake, RUN, rows)
                staged = time.perf_counter() - began
                commit(lake, record(RUN, written, articles=partitions, entries=partitions))
            seconds, cpu = time.perf_counter() - began, time.process_time() - used
        print(
            f"{partitions} partitions: {seconds:.2f} s, of which {staged:.2f} s to stage; {cpu:.2f} s of CPU;"
            f" {calls.count - before} {'requests' if options.s3 else 'syncs'}",
            flush=True,
        )


if __name__ == "__main__":
    main()
