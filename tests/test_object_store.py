"""A lake in S3, by a server on loopback that speaks it: whole passes, crashes at every point of a commit, two writers, what cannot be reached."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pyarrow.dataset as ds
import pyarrow.fs as pafs
import pytest
from moto.server import ThreadedMotoServer

from examples.serve_newsroom import NEWSROOM, serving
from pipelines import cli
from transforms.commit import RECORDS, recover
from transforms.lake import Lake, LakeError, existing_lake, open_lake, writing

BUCKET = "news"
LAKE = f"s3://{BUCKET}/lake"


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    """boto3's client for a server with an empty bucket, which the environment points to."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    with pytest.MonkeyPatch.context() as patch:
        host, port = server.get_host_and_port()
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():
            patch.setenv(name, value)
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        yield client
    server.stop()


def keys(s3: Any, below: str = "") -> list[str]:
    """Names of the objects of the lake."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=f"lake/{below}")
    return [item["Key"].removeprefix("lake/") for page in pages for item in page.get("Contents", [])]


def run(proxy: str, *more: str) -> int:
    sources = str(NEWSROOM / "sources.toml")
    return cli.main(["run", "--sources", sources, "--lake", LAKE, "--proxy", proxy, "--pause", "0", *more])


def test_a_pass(s3: Any, capsys: Any) -> None:
    import time
    with serving() as proxy:
        for _ in range(2):
            t = time.time()
            assert run(proxy) == 0
            print(time.time() - t, capsys.readouterr().err[-1500:])
    for args in (["compact"], ["verify"], ["report", "--out", "/tmp/r.html"]):
        t = time.time()
        assert cli.main([args[0], "--lake", LAKE, *args[1:]]) == 0
        print(args, time.time() - t, capsys.readouterr())
    print("\n".join(keys(s3)))
    assert 0
