"""Builds the engines that are not Python: Prism (with Go), and Flink with Beam's job server (jars from Maven Central).

    python deploy/build_engines.py prism flink

They go to .engines in this checkout, where `copydesk` finds them. An engine that is there in the right version is not built again.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENGINES = ROOT / ".engines"
POM = ROOT / "deploy" / "flink" / "pom.xml"
SOURCE = ROOT / "deploy" / "flink" / "JobServer.java"
_MAVEN = "{http://maven.apache.org/POM/4.0.0}"


class MissingError(Exception):
    """A tool is missing, or failed. The message says which one, and what to do."""


def pinned() -> dict[str, str]:
    """The versions of deploy/flink/pom.xml, by property name."""
    properties = ElementTree.parse(POM).getroot().find(f"{_MAVEN}properties")
    assert properties is not None
    return {entry.tag.removeprefix(_MAVEN): " ".join((entry.text or "").split()) for entry in properties}


def make_prism() -> None:
    """Builds .engines/bin/prism, in the version of the installed Beam."""
    beam = version("apache-beam")
    program, stamp = ENGINES / "bin" / "prism", ENGINES / "bin" / "prism.version"
    if program.exists() and stamp.exists() and stamp.read_text() == beam:
        return
    _need("go", "Prism", "Install Go (https://go.dev/dl), or do without: only copydesk stream on one machine needs it.")
    print(f"Building Prism {beam}. This is done once and takes one to three minutes …", file=sys.stderr)
    package = f"github.com/apache/beam/sdks/v2/go/cmd/prism@v{beam}"
    _run("Prism", ["go", "install", package], {**os.environ, "GOBIN": str(program.parent)})
    stamp.write_text(beam)


def make_flink() -> None:
    """Fills .engines/flink: the jars of pom.xml, and job-server.jar, which starts the job server by our JobServer.java."""
    folder = ENGINES / "flink"
    wanted = POM.read_text(encoding="utf-8") + SOURCE.read_text(encoding="utf-8")
    stamp = folder / "made-from"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    remedy = "Install a JDK (11 or 17) and Maven, or do without: only Flink needs them."
    for tool in ("mvn", "javac", "java"):
        _need(tool, "Flink", remedy)
    print("Fetching Flink and Beam's job server for it (150 MB). This is done once …", file=sys.stderr)
    ENGINES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ENGINES, prefix="flink-") as work:
        jars = Path(work) / "jars"
        copy = [
            "mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies", "-DincludeScope=runtime",
            f"-DoutputDirectory={jars}",
        ]  # fmt: skip
        _run("Flink", copy)
        source = Path(work) / SOURCE.name
        source.write_text(_with_versions(SOURCE.read_text(encoding="utf-8")), encoding="utf-8")
        _run("Flink", ["javac", "-proc:none", "-cp", f"{jars}/*", "-d", work, str(source)])
        _write_job_server(Path(work))
        (Path(work) / "made-from").write_text(wanted, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(work, folder)
        folder.chmod(0o755)  # only the owner may read a temporary folder


def _with_versions(source: str) -> str:
    versions = pinned()
    return re.sub(r"\$\{([\w.]+)\}", lambda named: versions[named[1]], source)


def _write_job_server(folder: Path) -> None:
    versions = pinned()
    # A manifest grants Java the same permissions as the command line, under other names.
    opened = {
        name: " ".join(re.findall(rf"--{option}=(\S+?)=ALL-UNNAMED", versions["java.options"]))
        for name, option in (("Add-Exports", "add-exports"), ("Add-Opens", "add-opens"))
    }
    entries = {
        "Manifest-Version": "1.0",
        "Main-Class": "JobServer",
        "Class-Path": " ".join(f"jars/{jar.name}" for jar in sorted((folder / "jars").glob("*.jar"))),
        **opened,
        "Flink-Version": versions["flink.patch"],
        "Beam-Version": versions["beam.runner.version"],
    }
    manifest = "".join(_folded(f"{name}: {value}") for name, value in entries.items()) + "\n"
    with zipfile.ZipFile(folder / "job-server.jar", "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF", manifest)
        for compiled in sorted(folder.glob("*.class")):
            jar.write(compiled, compiled.name)


def _folded(line: str) -> str:
    """A manifest's lines have at most 72 bytes. A space at the beginning continues the line before."""
    parts = [line[:70], *(f" {line[at : at + 69]}" for at in range(70, len(line), 69))]
    return "".join(f"{part}\n" for part in parts)


def _need(tool: str, engine: str, remedy: str) -> None:
    if shutil.which(tool) is None:
        raise MissingError(f"{engine} was not built: {tool} is not on the PATH. {remedy}")


def _run(engine: str, command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        message = next((line for line in lines if "ERROR" in line), lines[-1] if lines else "it printed nothing")
        raise MissingError(f"{engine} was not built: {command[0]} failed: {message.strip()[:300]}")


def main() -> int:
    """Returns 0 if all engines are ready, else 1; with --if-possible always 0."""
    makers: dict[str, Callable[[], None]] = {"prism": make_prism, "flink": make_flink}
    parser = argparse.ArgumentParser(description="Builds the engines that are not Python.")
    parser.add_argument("engines", nargs="+", choices=makers)
    parser.add_argument("--if-possible", action="store_true", help="report engines that cannot be built, and succeed")
    given = parser.parse_args()
    status = 0
    for engine in given.engines:
        try:
            makers[engine]()
        except MissingError as error:
            print(error, file=sys.stderr)
            status = 0 if given.if_possible else 1
    return status


if __name__ == "__main__":
    sys.exit(main())
