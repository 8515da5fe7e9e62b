import subprocess
import sys
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[2]


def test_the_sdist_installs_in_a_clean_environment_and_the_command_answers(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--sdist", "--outdir", str(tmp_path), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (sdist,) = tmp_path.glob("copydesk-*.tar.gz")
    environment = tmp_path / "clean"
    venv.create(environment, with_pip=True)
    install: list[str | Path] = [
        environment / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-compile",
        "-c",
        ROOT / "constraints.txt",
        sdist,
    ]
    subprocess.run(install, check=True, capture_output=True)
    command = environment / "bin" / "copydesk"
    told = subprocess.run([command, "--help"], check=True, capture_output=True, text=True, cwd=tmp_path)
    assert "run" in told.stdout
    assert "extract" in told.stdout
    run_help = subprocess.run([command, "run", "--help"], check=True, capture_output=True, text=True, cwd=tmp_path)
    assert "--sources" in run_help.stdout
