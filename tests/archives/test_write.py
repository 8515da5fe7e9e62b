"""What the client fetched, as WARC files that other tools read and that a replay gives back."""

import asyncio
import gzip
import hashlib
import io
from base64 import b32encode
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

from schemas import Rejected, UsageError
from tests.support.client import HASTE, PAGE, connect
from tests.support.web_server import Answers, Reply, WebServer, serving
from transforms.archives import write
from transforms.archives.warc import read_records
from transforms.archives.write import OPEN, ArchiveWriteError, WarcArchive, archive_folder
from transforms.web.client import Web

HTML = {"Content-Type": "text/html"}


def archive_in(folder: Path) -> WarcArchive:
    return WarcArchive(folder=str(folder), run_id="run", user_agent="copydesk/1 (+desk@a.test)", contact="desk@a.test")


def fetch(archive: WarcArchive, web: WebServer, *urls: str, robots: bool = False, **changes: object) -> None:
    """Gets each address, and completes the archive."""

    async def get_all() -> None:
        async with Web(connect(web, archive=archive, retries=0, **changes), HASTE) as client:
            for url in urls:
                try:
                    await client.get(url, robots=robots)
                except Rejected:
                    continue

    asyncio.run(get_all())
    archive.close()


def records(file: Path) -> list[tuple[ArcWarcRecord, bytes]]:
    """The records as warcio reads them, with their content; raises for a digest that does not match."""
    with file.open("rb") as stream:
        return [(one, one.content_stream().read()) for one in ArchiveIterator(stream, check_digests="raise")]


def fields(record: ArcWarcRecord) -> Mapping[str, str]:
    return dict(record.rec_headers.headers)


def archived(tmp_path: Path, answers: Answers, *urls: str, **options: object) -> list[tuple[ArcWarcRecord, bytes]]:
    with serving(answers) as web:
        fetch(archive_in(tmp_path), web, *urls, **options)  # type: ignore[arg-type]
    (file,) = tmp_path.iterdir()
    assert file.name == "copydesk-run-0.warc.gz"
    return records(file)


def test_a_file_begins_with_its_software_operator_and_robots_policy(tmp_path: Path) -> None:
    (info, content), *_ = archived(tmp_path, {"http://a.test/": Reply(body=PAGE, headers=HTML)}, "http://a.test/")
    assert info.rec_type == "warcinfo"
    assert info.rec_headers.protocol == "WARC/1.1"
    assert fields(info)["WARC-Filename"] == "copydesk-run-0.warc.gz"
    stated = dict(line.split(": ", 1) for line in content.decode().splitlines())
    assert stated["software"] == "copydesk/1"
    assert (stated["operator"], stated["robots"], stated["isPartOf"]) == ("desk@a.test", "obey", "run")


def test_an_exchange_is_a_request_a_response_and_metadata(tmp_path: Path) -> None:
    reply = Reply(body=PAGE, headers={**HTML, "X-Name": "caf\xe9", "Set-Cookie": "a=1", "set-cookie": "b=2"})
    before = datetime.now(timezone.utc)
    (info, _), (request, _), (response, body), (metadata, said) = archived(
        tmp_path, {"http://a.test/story?page=2": reply}, "http://a.test/story?page=2"
    )
    assert [one.rec_type for one in (request, response, metadata)] == ["request", "response", "metadata"]
    assert {fields(one)["WARC-Target-URI"] for one in (request, response, metadata)} == {"http://a.test/story?page=2"}
    for one in (request, metadata):
        assert fields(one)["WARC-Concurrent-To"] == fields(response)["WARC-Record-ID"]
        assert fields(one)["WARC-Warcinfo-ID"] == fields(info)["WARC-Record-ID"]
    assert (
        before
        <= datetime.fromisoformat(fields(response)["WARC-Date"].replace("Z", "+00:00"))
        <= datetime.now(timezone.utc)
    )
    assert request.http_headers.statusline == "/story?page=2 HTTP/1.1"
    assert request.http_headers.get_header("Host") == "a.test"
    assert request.http_headers.get_header("User-Agent").startswith("copydesk/")
    assert response.http_headers.get_statuscode() == "200"
    assert [value for name, value in response.http_headers.headers if name.lower() == "set-cookie"] == ["a=1", "b=2"]
    assert body == PAGE
    digest = b32encode(hashlib.sha1(PAGE).digest()).decode()
    assert fields(response)["WARC-Payload-Digest"] == f"sha1:{digest}"
    assert "WARC-IP-Address" not in fields(response)  # a proxy hides it
    assert b"fetchTimeMs: " in said


def test_the_address_of_the_server_is_stored(tmp_path: Path) -> None:
    with serving({"http://127.0.0.1/story": Reply(body=PAGE, headers=HTML)}) as web:
        fetch(archive_in(tmp_path), web, f"{web.direct}/story", proxy=None, allow_networks=("127.0.0.0/8",))
    (response,) = (one for one, _ in records(next(tmp_path.iterdir())) if one.rec_type == "response")
    assert fields(response)["WARC-IP-Address"] == "127.0.0.1"


def test_a_decoded_body_has_no_coding_and_the_metadata_says_how_it_came(tmp_path: Path) -> None:
    packed = gzip.compress(PAGE)
    reply = Reply(body=packed, headers={**HTML, "Content-Encoding": "gzip"})
    *_, (response, body), (_, said) = archived(tmp_path, {"http://a.test/": reply}, "http://a.test/")
    assert response.http_headers.get_header("Content-Encoding") is None
    assert response.http_headers.get_header("Content-Length") == str(len(PAGE))
    assert body == PAGE
    assert b"original-Content-Encoding: gzip\r\n" in said
    assert f"original-Content-Length: {len(packed)}\r\n".encode() in said


def test_redirects_refusals_and_robots_are_records_too(tmp_path: Path) -> None:
    answers = {
        "http://a.test/robots.txt": Reply(body=b"User-agent: *\nAllow: /\n", headers={"Content-Type": "text/plain"}),
        "http://a.test/old": Reply(status=301, headers={"Location": "/new"}),
        "http://a.test/new": Reply(body=PAGE, headers=HTML),
        "http://a.test/gone": Reply(status=404, body=b"<h1>Gone</h1>", headers=HTML),
        "http://a.test/large": Reply(body=b" " * 5000, headers=HTML),
        "http://a.test/broken": Reply(raw=[b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"]),
    }
    urls = [f"http://a.test/{name}" for name in ("old", "gone", "large", "broken")]
    found = archived(tmp_path, answers, *urls, robots=True, max_bytes=4000)
    assert [
        (
            fields(one)["WARC-Target-URI"].removeprefix("http://a.test/"),
            one.http_headers.get_statuscode(),
            fields(one).get("WARC-Truncated"),
            fields(one).get("Copydesk-Requested-URI"),
            len(body),
        )
        for one, body in found
        if one.rec_type == "response"
    ] == [
        ("robots.txt", "200", None, None, 23),
        ("old", "301", None, None, 0),
        ("new", "200", None, "http://a.test/old", len(PAGE)),
        ("gone", "404", "unspecified", None, 0),
        ("large", "200", "length", None, 0),
        ("broken", "200", "disconnect", None, 0),
    ]


def test_credentials_are_not_stored(tmp_path: Path) -> None:
    with serving({"http://a.test/": Reply(body=PAGE, headers=HTML)}) as web:
        proxy = web.proxy.replace("://", "://proxyuser:proxysecret@")
        fetch(archive_in(tmp_path), web, "http://user:secret@a.test/", proxy=proxy)
        assert {"authorization", "proxy-authorization"} <= web.asked[-1].headers.keys()
    content = gzip.decompress(next(tmp_path.iterdir()).read_bytes()).lower()
    assert b"authorization" not in content
    assert b"user:" not in content
    assert b"secret" not in content


def test_a_file_that_is_large_enough_is_completed_and_the_next_one_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "FILE_BYTES", 1)
    (tmp_path / "copydesk-run-1.warc.gz").touch()  # another process's
    (tmp_path / f"copydesk-run-2.warc.gz{OPEN}").touch()
    archive = archive_in(tmp_path)
    with serving({"http://a.test/": Reply(body=PAGE, headers=HTML)}) as web:
        fetch(archive, web, "http://a.test/", "http://a.test/")
    names = sorted(file.name for file in tmp_path.iterdir() if file.stat().st_size)
    assert names == ["copydesk-run-0.warc.gz", "copydesk-run-3.warc.gz"]
    assert all(len(records(tmp_path / name)) == 4 for name in names)


def test_a_file_is_readable_at_every_moment(tmp_path: Path) -> None:
    archive = archive_in(tmp_path)
    with serving({"http://a.test/": Reply(body=PAGE, headers=HTML)}) as web:

        async def get() -> None:
            async with Web(connect(web, archive=archive), HASTE) as client:
                await client.get("http://a.test/", robots=False)
                (file,) = tmp_path.iterdir()
                assert file.name == f"copydesk-run-0.warc.gz{OPEN}"
                whole = file.read_bytes()
                found = list(read_records(io.BytesIO(whole), lambda _: True, 1 << 20))
                assert [one.flaw for one in found] == [None] * 4
                assert found[2].body == PAGE

        asyncio.run(get())
    archive.close()
    assert [file.name for file in tmp_path.iterdir()] == ["copydesk-run-0.warc.gz"]


def test_an_archive_that_cannot_be_written_is_no_failure_of_the_site(tmp_path: Path) -> None:
    archive = archive_in(tmp_path / "missing")
    with serving({"http://a.test/": Reply(body=PAGE, headers=HTML)}) as web:
        with pytest.raises(ArchiveWriteError, match="missing cannot be written: No such file or directory"):
            fetch(archive, web, "http://a.test/")
        assert len(web.asked) == 1


def test_a_folder_that_cannot_be_used_is_wrong_usage(tmp_path: Path) -> None:
    assert archive_folder(str(tmp_path / "a" / "b")) == str(tmp_path / "a" / "b")
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="File exists"):
        archive_folder(str(tmp_path / "file"))
    with pytest.raises(UsageError, match="not a folder on this machine"):
        archive_folder("s3://bucket/archive")
