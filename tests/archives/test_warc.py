"""WARC files to records, intact and damaged."""

import gzip
import io
import random
import zlib
from collections.abc import Iterable
from datetime import datetime, timezone
from importlib import import_module

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from schemas import Reason, Rejected
from tests.support.warc import PACKED, http, record
from transforms.archives.warc import DAMAGE, ArchiveError, ArchiveRecord, check_archive, plain_body, read_records

CAP = 1 << 20
BODIES = [b"<p>%d %s</p>" % (number, bytes(range(65, 91)) * 40 * (number + 1)) for number in range(6)]
RECORDS = [record(f"http://a.example/{number}", http(body)) for number, body in enumerate(BODIES)]
URLS = [f"http://a.example/{number}" for number in range(6)]


def read(content: bytes, cap: int = CAP) -> list[ArchiveRecord]:
    return list(read_records(io.BytesIO(content), lambda record: True, cap))


def urls_and_flaws(records: Iterable[ArchiveRecord]) -> list[str]:
    """The address of each record, followed by its flaw."""
    return [f"{one.url or one.kind}{f' {one.flaw.reason.value}' if one.flaw else ''}" for one in records]


@pytest.mark.parametrize("ending", PACKED)
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_every_packing_gives_the_same_records(ending: str, version: str) -> None:
    written = [record(url, http(body), version=version) for url, body in zip(URLS, BODIES, strict=True)]
    records = read(PACKED[ending](written))
    assert [(one.number, one.kind, one.url, one.status, one.body) for one in records] == [
        (number, "response", url, 200, body) for number, (url, body) in enumerate(zip(URLS, BODIES, strict=True))
    ]
    assert {one.content_type for one in records} == {"text/html; charset=utf-8"}
    assert {one.captured_at for one in records} == {datetime(2026, 10, 5, 8, tzinfo=timezone.utc)}


@pytest.mark.parametrize("ending", [".warc", ".warc.gz", ".warc.zst", "-dictionary.warc.zst"])
def test_garbage_between_records_costs_no_record_after_it(ending: str) -> None:
    pack = PACKED[ending]
    start = pack(RECORDS)
    middle = len(pack(RECORDS[:3])) if ending != "-dictionary.warc.zst" else _frame(start, 3)
    records = read(start[:middle] + b"no record at all\n" * 50 + start[middle:])
    assert urls_and_flaws(records) == [*URLS[:2], f"{URLS[2]} archive-damaged", *URLS[3:]]
    assert [one.number for one in records] == list(range(6))


def _frame(content: bytes, number: int) -> int:
    """Where the frame of a record begins in a file whose first frame holds a dictionary."""
    place = content.index(b"\x28\xb5\x2f\xfd", 12)
    for _ in range(number):
        place = content.index(b"\x28\xb5\x2f\xfd", place + 1)
    return place


@pytest.mark.parametrize(("ending", "at"), [(".warc.gz", 60), (".warc.zst", 80)])
def test_a_record_whose_compression_is_broken_is_reported_and_the_rest_is_read(ending: str, at: int) -> None:
    pack = PACKED[ending]
    broken = bytearray(pack(RECORDS[2:3]))
    broken[at : at + 20] = b"\xff" * 20
    records = read(pack(RECORDS[:2]) + bytes(broken) + pack(RECORDS[3:]))
    assert urls_and_flaws(records) == [*URLS[:2], f"{DAMAGE} archive-damaged", *URLS[3:]]
    assert records[2].kind == DAMAGE


@pytest.mark.parametrize("ending", [".warc", ".warc.gz", ".warc.zst"])
@pytest.mark.parametrize("length", [50, 300, 1500, 9000, -5])
def test_a_wrong_length_costs_its_own_record_only(ending: str, length: int) -> None:
    wrong = record(URLS[2], http(BODIES[0]), length=length)
    records = read(PACKED[ending]([*RECORDS[:2], wrong, *RECORDS[3:]]))
    assert urls_and_flaws(records) == [*URLS[:2], f"{URLS[2]} archive-damaged", *URLS[3:]]


@pytest.mark.parametrize("ending", [".warc", ".warc.gz"])
def test_an_archive_that_ends_in_a_record_is_truncated_there(ending: str) -> None:
    noise = random.Random(1).randbytes(5000)
    records = read(PACKED[ending]([*RECORDS[:5], record(URLS[5], http(noise))])[:-700])
    assert urls_and_flaws(records) == [*URLS[:5], f"{URLS[5]} archive-truncated"]


@pytest.mark.parametrize("ending", PACKED)
def test_an_archive_may_end_anywhere(ending: str) -> None:
    content = PACKED[ending](RECORDS[:3])
    for end in range(1, len(content), 37):
        records = read(content[:end])
        sound = [one for one in records if one.flaw is None]
        assert [one.body for one in sound] == BODIES[: len(sound)]


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=8)), max_size=6),
    st.sampled_from([*PACKED]),
)
def test_overwritten_bytes_fail_nothing_and_double_nothing(changes: list[tuple[int, bytes]], ending: str) -> None:
    content = bytearray(CONTENTS[ending])
    for place, replacement in changes:
        content[place % len(content) : place % len(content) + len(replacement)] = replacement
    records = read(bytes(content))
    assert [one.number for one in records] == list(range(len(records)))
    assert len(records) <= 2 * len(RECORDS) + 2 * len(changes)


CONTENTS = {ending: pack(RECORDS) for ending, pack in PACKED.items()}


@pytest.mark.parametrize("ending", PACKED)
def test_reading_can_start_at_any_record(ending: str) -> None:
    whole = read(CONTENTS[ending])
    assert (
        {one.offset for one in whole} == {0} if ending == "-whole.warc.gz" else len({one.offset for one in whole}) == 6
    )
    for one in whole:
        assert read_on(CONTENTS[ending], one) == list(map(repr, whole[one.number if one.offset else 0 :]))


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=8)), max_size=3),
    st.sampled_from([*PACKED]),
)
def test_reading_a_damaged_archive_can_start_at_any_sound_record(changes: list[tuple[int, bytes]], ending: str) -> None:
    content = bytearray(CONTENTS[ending])
    for place, replacement in changes:
        content[place % len(content) : place % len(content) + len(replacement)] = replacement
    whole = read(bytes(content))
    for one in whole:
        if one.flaw is None:
            assert read_on(bytes(content), one) == list(map(repr, whole[one.number if one.offset else 0 :]))


def read_on(content: bytes, record: ArchiveRecord) -> list[str]:
    return list(map(repr, read_records(io.BytesIO(content), lambda _: True, CAP, (record.offset, record.number))))


def test_a_body_above_the_limit_is_not_read() -> None:
    records = read(PACKED[".warc.gz"](RECORDS), cap=len(BODIES[2]))
    assert [one.body is None for one in records] == [False, False, False, True, True, True]
    assert [one.size for one in records] == [len(body) for body in BODIES]


def test_only_wanted_bodies_are_read() -> None:
    records = read_records(io.BytesIO(PACKED[".warc.gz"](RECORDS)), lambda record: record.number == 3, CAP)
    assert [one.number for one in records if one.body is not None] == [3]


def test_an_outage_is_not_taken_for_a_damaged_archive() -> None:
    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() >= 2000:
                raise ConnectionResetError("the line is dead")
            return super().read(min(size or 0, 500) if size and size > 0 else 500)

    with pytest.raises(ConnectionResetError, match="the line is dead"):
        list(read_records(Breaking(PACKED[".warc"](RECORDS)), lambda record: True, CAP))


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("2026-10-05T08:00:00.250Z", datetime(2026, 10, 5, 8, 0, 0, 250000, tzinfo=timezone.utc)),
        ("2026-10-05", datetime(2026, 10, 5, tzinfo=timezone.utc)),
        ("2026", datetime(2026, 1, 1, tzinfo=timezone.utc)),
        ("20261005080000", datetime(2026, 10, 5, 8, tzinfo=timezone.utc)),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_of_all_precisions_are_read(stamp: str, expected: datetime | None) -> None:
    (only,) = read(record(URLS[0], http(b"<p>"), when=stamp))
    assert only.captured_at == expected


def test_other_line_ends_and_brackets_are_read() -> None:
    head, _, body = record(f"<{URLS[0]}>", http(b"<p>one</p>")).partition(b"HTTP/1.1")
    answer, _, page = (b"HTTP/1.1" + body).partition(b"\r\n\r\n")
    length = len(answer.replace(b"\r\n", b"\n")) + 2 + len(page) - 4
    head = head[: head.rindex(b"Content-Length")] + f"Content-Length: {length}\r\n\r\n".encode()
    (only,) = read(head + answer.replace(b"\r\n", b"\n") + b"\n\n" + page)
    assert (only.url, only.status, only.body, only.flaw) == (URLS[0], 200, b"<p>one</p>", None)


def chunked(body: bytes, size: int = 1000) -> bytes:
    parts = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


brotli = import_module("brotli").compress  # which FastWARC needs, and which brings no types
PAGE = b"<html>" + b"<p>hello there</p>" * 500


@pytest.mark.parametrize(
    ("codings", "stored"),
    [
        ("Content-Encoding: gzip", gzip.compress(PAGE, mtime=0)),
        ("Content-Encoding: x-gzip", gzip.compress(PAGE, mtime=0)),
        ("Content-Encoding: deflate", zlib.compress(PAGE)),
        ("Content-Encoding: deflate", zlib.compress(PAGE)[2:-4]),
        ("Content-Encoding: br", brotli(PAGE)),
        ("Content-Encoding: zstd", zstandard.compress(PAGE)),
        ("Content-Encoding: gzip, br", brotli(gzip.compress(PAGE, mtime=0))),
        ("Transfer-Encoding: chunked", chunked(PAGE)),
        ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip", chunked(gzip.compress(PAGE, mtime=0))),
        ("Content-Encoding: gzip\r\nTransfer-Encoding: chunked", gzip.compress(PAGE, mtime=0)),
        ("Content-Encoding: gzip", PAGE),
        ("X-Crawler: drops codings", gzip.compress(PAGE, mtime=0)),
        ("Content-Encoding: br", PAGE),
        ("Content-Encoding: deflate", PAGE),
        ("Transfer-Encoding: chunked", PAGE),
        ("Content-Encoding: utf-8", PAGE),
        ("Content-Encoding: identity", PAGE),
        ("X-Crawler-Content-Encoding: gzip\r\nX-Crawler-Transfer-Encoding: chunked", PAGE),
    ],
)
def test_codings_are_undone_if_the_body_has_them(codings: str, stored: bytes) -> None:
    first, second = read(PACKED[".warc.gz"]([record(URLS[0], http(stored, fields=f"{codings}\r\n")), RECORDS[1]]))
    assert plain_body(first, CAP) == PAGE
    assert second.body == BODIES[1]


@pytest.mark.parametrize(
    ("coding", "stored", "reason"),
    [
        ("Content-Encoding: gzip", gzip.compress(PAGE, mtime=0)[:-20], Reason.BAD_ENCODING),
        ("Content-Encoding: gzip", gzip.compress(PAGE, mtime=0)[:40] + b"\xff" * 500, Reason.BAD_ENCODING),
        ("Transfer-Encoding: chunked", chunked(PAGE)[:-200], Reason.BAD_ENCODING),
        ("Content-Encoding: br", b"\xff" * 200, Reason.BAD_ENCODING),
        ("Content-Encoding: zstd", zstandard.compress(PAGE)[:-5], Reason.BAD_ENCODING),
        ("Content-Encoding: gzip", gzip.compress(b" " * (CAP + 1), mtime=0), Reason.TOO_LARGE),
        ("Content-Encoding: br", brotli(b" " * (CAP + 1)), Reason.TOO_LARGE),
        ("Content-Encoding: zstd", zstandard.compress(b" " * (CAP + 1)), Reason.TOO_LARGE),
        ("Content-Encoding: deflate", zlib.compress(b" " * (50 * CAP)), Reason.TOO_LARGE),
    ],
)
def test_codings_that_are_broken_or_a_bomb_are_rejected(coding: str, stored: bytes, reason: Reason) -> None:
    first, second = read(PACKED[".warc"]([record(URLS[0], http(stored, fields=f"{coding}\r\n")), RECORDS[1]]))
    with pytest.raises(Rejected) as rejected:
        plain_body(first, CAP)
    assert rejected.value.reason is reason
    assert second.body == BODIES[1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"<html><p>no archive", "is not a WARC archive: it begins with b'<html><p>no arch'"),
        (
            gzip.compress(b"filedesc://an.arc", mtime=0),
            "is not a WARC archive: after decompression it begins with b'filed'",
        ),
        (zstandard.compress(b"hello hello"), "is not a WARC archive: after decompression it begins with b'hello'"),
        (b"PK\x03\x04zip", "is not a WARC archive"),
    ],
)
def test_a_file_that_is_no_archive_is_rejected_by_its_first_bytes(content: bytes, message: str) -> None:
    with pytest.raises(ArchiveError) as raised:
        check_archive(content)
    assert message in str(raised.value)


@pytest.mark.parametrize("ending", PACKED)
def test_an_archive_is_recognized_by_its_first_bytes(ending: str) -> None:
    check_archive(CONTENTS[ending][:65536])


def test_a_record_keeps_no_credentials_of_its_address() -> None:
    (only,) = read(PACKED[".warc"]([record("http://user:secret@a.example/0", http(BODIES[0]))]))
    assert only.url == "http://a.example/0"
