"""Failures in sight: what copydesk run shows and posts when feeds fail, and what it does not let through to a terminal."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines import batch
from pipelines.failed_feeds import ADVICE, FailedFeed, advice, failure_lines
from schemas import Reason
from tests.support.site import FEED, feed, page
from tests.support.web_server import Answers, Asked, Reply, WebServer, serving
from transforms.accounting.runs import now
from transforms.lake.layout import run_ids
from transforms.lake.opening import open_lake

GONE = "http://gone.example/feed"


def sources(folder: Path, *feeds: str, name: str = "Site") -> list[str]:
    """The options of a pass over these feeds, each its own source, into a lake in the folder."""
    tables = [
        f'[[source]]\nid = "s{number}"\nkind = "outlet"\nname = "{name}"\nfeeds = ["{url}"]\n'
        for number, url in enumerate(feeds)
    ]
    (folder / "sources.toml").write_text("\n".join(tables), encoding="utf-8")
    return ["--sources", str(folder / "sources.toml"), "--lake", str(folder / "lake"), "--pause", "0"]


def answers() -> Answers:
    return {FEED: feed("one"), "http://site.example/one": page("one")}


def test_a_failed_feed_stands_first_with_its_detail_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(answers()) as web:
        assert batch.main([*sources(tmp_path, FEED, GONE), "--proxy", web.proxy]) == 0
    message = capsys.readouterr().err
    assert (
        f"1 of 2 feeds failed:\n  Site (s1): {GONE}\n    http-gone: 404 from {GONE}\n    The feed has moved" in message
    )
    assert message.index("1 of 2 feeds failed") < message.index("Feeds: 2 = 1 read")


def test_with_strict_any_failed_feed_fails_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(answers()) as web:
        assert batch.main([*sources(tmp_path, FEED, GONE), "--proxy", web.proxy, "--strict", "--quiet"]) == 1
    message = capsys.readouterr().err
    assert "--strict: 1 feeds failed" in message
    assert f"http-gone: 404 from {GONE}" in message


def test_a_pass_whose_feeds_all_fail_is_no_pass_with_nothing_new(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving({}) as web:
        assert batch.main([*sources(tmp_path, GONE), "--proxy", web.proxy]) == 1
    message = capsys.readouterr().err
    assert "every feed that was due failed (1)" in message
    assert "Nothing new" not in message


def test_the_list_of_failed_feeds_is_capped() -> None:
    failed = [FailedFeed(f"s{number}", GONE, "dns", "no\nsuch host", now()) for number in range(50)]
    lines = list(failure_lines(failed, 60, {}))
    assert lines[0] == "50 of 60 feeds failed:"
    assert lines[1:3] == [f"  s0: {GONE}", "    dns: no such host"]
    assert len(lines) == 1 + 3 * 20 + 1
    assert "and 30 more" in lines[-1]


def test_every_reason_has_advice() -> None:
    assert all(text.endswith(".") for text in ADVICE.values())
    assert all(advice(reason.value) for reason in Reason)


@pytest.mark.parametrize("name", ["[/red]", "\\u001b[31mred\\u001b[0m", "a\\u202eb", "[link=file:///etc]x[/link]"])
def test_names_are_text_and_not_commands(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(answers()) as web:
        assert batch.main([*sources(tmp_path, FEED, GONE, name=name), "--proxy", web.proxy]) == 0
    message = capsys.readouterr().err
    assert "\x1b" not in message
    assert "\u202e" not in message
    if "\\" not in name:
        assert message.count(name[:5]) == 3  # among the failed feeds, and in two rows of the table, which are cut


class Hook:
    """A receiver of notifications on the loopback server."""

    def __init__(self, status: int = 200) -> None:
        self.address = "http://127.0.0.1/hook"
        self.status = status

    def __call__(self, asked: Asked) -> Reply:
        assert asked.headers["content-type"] == "application/json"
        return Reply(status=self.status)

    def posts(self, web: WebServer) -> int:
        return sum(asked.method == "POST" for asked in web.asked)


def test_a_feed_that_goes_on_failing_is_posted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    hook = Hook()
    options = sources(tmp_path, FEED, GONE)
    with serving({**answers(), hook.address: hook}) as web:
        options += [
            "--proxy",
            web.proxy,
            "--quiet",
            "--notify",
            f"{web.direct}/hook",
            "--notify-after",
            "1s",
            "--all-feeds",
        ]
        counts = []
        for _ in range(3):
            assert batch.main(options) == 0
            counts.append(hook.posts(web))
            time.sleep(1.1)
        first = {**web.answers}
        web.answers = {**first, GONE: feed()}
        batch.main(options)
        web.answers = first
        for _ in range(2):
            batch.main(options)
            time.sleep(1.1)
        counts.append(hook.posts(web))
        bodies = [asked.body for asked in web.asked if asked.method == "POST"]
    # Run 2: the feed has failed for a second, and the other one brought nothing for a second. Then: a second episode of the first.
    assert counts == [0, 1, 1, 2]
    message = json.loads(bodies[0])
    assert message["run_id"] in run_ids(open_lake(tmp_path / "lake"))
    failing, silent = message["feeds"]
    assert (failing["event"], failing["source"], failing["feed"]) == ("failing", "s1", GONE)
    assert (failing["reason"], failing["last_success"]) == ("http-gone", None)
    assert (silent["event"], silent["source"], silent["reason"]) == ("silent", "s0", None)
    assert [notice["event"] for notice in json.loads(bodies[1])["feeds"]] == ["failing"]
    assert json.loads(bodies[1])["feeds"][0]["last_success"] is not None
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/hook", "{}/hook", "{}/elsewhere"])
def test_a_notification_that_fails_is_a_warning(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    elsewhere = Reply(status=307, headers={"Location": "/hook"})
    options = sources(tmp_path, FEED, GONE)
    with serving({**answers(), "http://127.0.0.1/hook": Hook(500), "http://127.0.0.1/elsewhere": elsewhere}) as web:
        options += [
            "--proxy",
            web.proxy,
            "--quiet",
            "--notify-after",
            "1s",
            "--all-feeds",
            "--notify",
            address.format(web.direct),
        ]
        assert batch.main(options) == 0
        time.sleep(1.1)
        assert batch.main(options) == 0
    assert "warning: --notify failed (" in capsys.readouterr().err


def test_an_address_for_notify_that_is_none_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        batch.main([*sources(tmp_path, FEED), "--notify", "ops@example.org"])
    assert ended.value.code == 2
    assert "not an http or https address" in capsys.readouterr().err


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_reader_that_goes_away_does_not_fail_the_run(tmp_path: Path, stream: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with serving(answers()) as web:
        options = [*sources(tmp_path, FEED), "--proxy", web.proxy, "--json"]
        command = [sys.executable, "-m", "pipelines.cli", "run", *options]
        with os.fdopen(writing, "wb") as pipe:
            out, err = (pipe, subprocess.PIPE) if stream == "stdout" else (subprocess.PIPE, pipe)
            ended = subprocess.run(command, stdout=out, stderr=err, check=False, timeout=120)
    assert ended.returncode == 0
    if stream == "stdout":
        assert b"failed" not in ended.stderr.replace(b"0 failed", b"")
        assert b"Traceback" not in ended.stderr
        assert b"Exception ignored" not in ended.stderr
    else:
        assert json.loads(ended.stdout)["total"]["articles"] == 1
