"""The command that puts final rejects back in line."""

from pathlib import Path

import pytest

from pipelines import cli
from tests.support.clock import Clock
from tests.support.passes import Desk
from tests.support.site import FEED, feed, page
from tests.support.web_server import Reply, serving

ONE, TWO = "http://site.example/one", "http://site.example/two"


def retry(lake: Path, *more: str) -> int:
    return cli.main(["retry", str(lake), *more])


@pytest.mark.parametrize(
    ("options", "tried"),
    [
        ((), {"one", "two"}),
        (("--reason", "http-gone"), {"one"}),
        (("--reason", "http-gone", "--reason", "not-html"), {"one", "two"}),
        (("--source", "site", "--since", "2026-10-01"), {"one", "two"}),
        (("--source", "other"), set()),
        (("--since", "2026-10-02"), set()),
    ],
)
def test_final_rejects_are_tried_again(
    options: tuple[str, ...],
    tried: set[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    desk, clock = Desk(tmp_path), Clock(monkeypatch)
    no_html = Reply(headers={"Content-Type": "application/pdf"}, body=b"%PDF-1.4")
    with serving({FEED: feed("one", "two"), ONE: Reply(status=410), TWO: no_html}) as web:
        desk.record(web.proxy)
        clock.advance(hours=1)
        assert retry(desk.lake, *options) == 0
        assert f"{len(tried)} entries are in line again." in capsys.readouterr().err
        web.answers = {FEED: feed("one", "two"), ONE: page("one"), TWO: page("two")}
        record = desk.record(web.proxy)
        assert cli.main(["verify", "--lake", str(desk.lake), "--quiet"]) == 0
        assert retry(desk.lake, "--reason", "http-gone", "--reason", "not-html") == 0
        clock.advance(hours=1)
        assert desk.record(web.proxy).total.articles + len(tried) == 2
    assert (record.total.retried, record.total.articles) == (len(tried), len(tried))
    articles = [row["url"].rpartition("/")[2] for row in desk.rows("articles")]
    assert len(articles) == len(set(articles)) == 2
    assert {row["attempts"] for row in desk.rows("rejects") if row["url"] in (ONE, TWO)} <= {0, 1}


def test_wrong_usage_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for options in (["--reason", "unheard-of"], ["--since", "yesterday"]):
        with pytest.raises(SystemExit) as ended:
            retry(tmp_path, *options)
        assert ended.value.code == 2
    assert "is not a day such as 2026-10-01" in capsys.readouterr().err
    assert retry(tmp_path / "no lake") == 2
