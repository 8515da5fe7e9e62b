"""The command as a person meets it: its help, and wrong usage."""

import subprocess
import sys

import pytest

from examples.serve_newsroom import NEWSROOM
from pipelines import cli
from pipelines.command.lake_parsers import compact_parser
from transforms.lake.parquet import TARGET_BYTES

SOURCES = str(NEWSROOM / "sources.toml")


def test_help_and_version_are_enough_to_start(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["run", "--help"], ["extract", "--help"], ["--version"]):
        with pytest.raises(SystemExit) as caught:
            cli.main(arguments)
        assert caught.value.code == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("--sources", "--lake", "FILE_OR_URL", "copydesk 0."))


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_prints_its_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main([command, "--help"])
    assert caught.value.code == 0
    assert f"usage: copydesk {command} " in capsys.readouterr().out


@pytest.mark.system
@pytest.mark.parametrize("arguments", [["run", "--help"], ["stream", "--lake", "x"], ["compact", "--target-mb", "x"]])
def test_help_and_wrong_usage_load_no_large_library(arguments: list[str]) -> None:
    script = (
        "import sys\nfrom pipelines import cli\n"
        f"try: cli.main({arguments!r})\nexcept SystemExit: pass\n"
        "print('loaded', *sorted({'apache_beam', 'pyarrow', 'aiohttp', 'lxml', 'rich'} & sys.modules.keys()))"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "loaded"


def test_the_size_of_compacted_files_is_that_of_the_lake() -> None:
    assert compact_parser().parse_args(["--lake", "x"]).target_mb == TARGET_BYTES


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "COMMAND"),
        (["fly"], "invalid choice"),
        (["run"], "required: --sources, --lake"),
        (["run", "--sources", SOURCES], "required: --lake"),
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
