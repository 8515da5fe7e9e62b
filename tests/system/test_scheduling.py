"""The scheduling examples: their command lines are parsed by the commands, and what checks them here is run."""

import json
import os
import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from pipelines.command.beam_options import parse
from pipelines.command.parsers import PARSERS
from pipelines.compact import main as compact

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "scheduling"
UNITS = sorted((EXAMPLES / "systemd").iterdir())


def command_lines() -> list[list[str]]:
    """Every call of copydesk in the examples, as words from the command's name on."""
    found = []
    for name in ("crontab", "airflow_dag.py", "systemd/copydesk.service", "systemd/copydesk-watch.service"):
        text = (EXAMPLES / name).read_text()
        for line in text.splitlines():
            call = re.search(r'(?:bin/copydesk|"\$\{COPYDESK:\?\}") ((?:run|watch|compact) [^>\']*)', line)
            if call and not line.startswith("#"):
                found.append(shlex.split(call[1].replace("${COPYDESK_OPTIONS:-}", "")))
    entry = re.search(r"^CMD (\[.*?\])$", (EXAMPLES / "Containerfile").read_text(), re.MULTILINE | re.DOTALL)
    assert entry is not None
    found.append(json.loads(entry[1].replace("\\\n", "")))
    return found


def test_the_examples_call_every_command_that_they_are_about() -> None:
    assert sorted(line[0] for line in command_lines()) == ["compact", "compact", "run", "run", "run", "watch", "watch"]


@pytest.mark.parametrize("line", command_lines(), ids=" ".join)
def test_options_of_the_examples_exist(line: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command, *arguments = line
    if command == "compact":
        arguments[arguments.index("--lake") + 1] = str(tmp_path)
        assert compact(arguments) == 2
        assert "is not a lake" in capsys.readouterr().err
    else:
        options = parse(PARSERS[command](), arguments)
        assert options.sources.endswith("sources.toml")
        assert options.lake.endswith("lake")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here to check the units")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        # The command is only looked for, and may be anywhere.
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/copydesk/.venv/bin/copydesk", "/bin/true"))
    units = [str(tmp_path / unit.name) for unit in UNITS]
    told = subprocess.run(["systemd-analyze", "verify", *units], check=False, capture_output=True, text=True)
    assert (told.returncode, told.stderr) == (0, "")


def health_command() -> list[str]:
    found = re.search(r"^HEALTHCHECK [^\[]* CMD (\[.*\])$", (EXAMPLES / "Containerfile").read_text(), re.MULTILINE)
    assert found is not None
    command: list[str] = json.loads(found[1])
    return command


def test_the_health_check_of_the_container_looks_at_the_age_of_the_heartbeat(tmp_path: Path) -> None:
    beat = tmp_path / "heartbeat.json"
    check = [word.replace("/tmp/heartbeat.json", str(beat)) for word in health_command()]
    assert subprocess.run(check, check=False, capture_output=True).returncode != 0
    beat.write_text("{}")
    assert subprocess.run(check, check=False).returncode == 0
    hour_ago = time.time() - 3600
    os.utime(beat, (hour_ago, hour_ago))
    assert subprocess.run(check, check=False).returncode != 0


def test_the_container_file_copies_what_is_there_and_runs_as_nobody_special() -> None:
    text = (EXAMPLES / "Containerfile").read_text()
    copied = [word for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE) for word in line.split()[:-1]]
    assert copied
    assert all((ROOT / name).exists() for name in copied)
    wanted = {line[1:] for line in (EXAMPLES / "Containerfile.dockerignore").read_text().splitlines() if line[0] == "!"}
    assert wanted == set(copied)
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == ["10001"]


def test_the_airflow_check_is_a_script_that_bash_can_read() -> None:
    script = EXAMPLES / "check_airflow.sh"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)
    compile((EXAMPLES / "airflow_dag.py").read_text(), "airflow_dag.py", "exec")
