"""The command as a person meets it: its help, and wrong usage."""

import pytest

from examples.serve_newsroom import NEWSROOM
from pipelines import cli

SOURCES = str(NEWSROOM / "sources.toml")


def test_help_and_version_are_enough_to_start(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["run", "--help"], ["extract", "--help"], ["--version"]):
        with pytest.raises(SystemExit) as caught:
            cli.main(arguments)
        assert caught.value.code == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("--sources", "--lake", "FILE_OR_URL", "copydesk 0."))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "COMMAND"),
        (["fly"], "invalid choice"),
        (["run"], "--sources is required"),
        (["run", "--sources", SOURCES], "--lake is required"),
        (["run", "--sources", SOURCES, "--lake", "x", "--lakes", "y"], "unknown option --lakes"),
        (["run", "--sources", SOURCES, "--lake", "x", "--pause", "-1"], "not a number of seconds"),
        (["run", "--sources", SOURCES, "--lake", "x", "--allow-network", "10.0.0.300/8"], "write it like 10.1.0.0/16"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_is_wrong(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert said in capsys.readouterr().err
