"""Compares engines of extraction on a corpus of real pages, side by side: quality, and CPU a page.

    python -m benchmarks.engines CORPUS [--engines copydesk,trafilatura] [--sample K] [--tables FOLDER] [--out FOLDER]

CORPUS is a folder with ``pages.jsonl``, as in ``benchmarks.quality``, and its own ``score.py``, which gives the figures. Each engine has an
environment of its own in ``.extractors``, which is made from package registries when it is not there. An engine whose environment cannot
be made is left out, with the reason; go-trafilatura needs Go. All engines run at the same time, one page after the other, each in a process
of its own that can reach no network. So what else the machine does is the same for all. CPU is that of the process, with all its threads.

The table of Copydesk's release has seen the pages that it was trained on. With ``--tables`` each page is read with a table of
``benchmarks.train_body CORPUS --folds 5 --tables FOLDER`` that was made without its domain.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import Any

ROOT = Path(__file__).parent.parent
WORKERS = Path(__file__).with_name("engine_workers")
ENVIRONMENTS = ROOT / ".extractors"
PACKAGES: dict[str, tuple[str, ...]] = {
    "trafilatura": ("trafilatura==2.3.1", "lxml-html-clean==0.4.6"),
    "favor_precision": ("trafilatura==2.3.1", "lxml-html-clean==0.4.6"),
    "newspaper4k": ("newspaper4k[all]==0.9.6",),
    "news-please": ("news-please==1.6.16", "newspaper4k[all]==0.9.6"),
    "readability-lxml": ("readability-lxml==0.9", "html-text==0.7.1"),
    "resiliparse": ("resiliparse==2.0.1",),
    "rs-trafilatura": ("rs-trafilatura==0.1.1",),
}
"""Python engines, with their packages."""
GO_MODULE = "github.com/markusmobius/go-trafilatura@v1.12.2"
ENGINES = ("copydesk", *PACKAGES, "go-trafilatura")
FIGURES = (
    *(("aeb", "F1"), ("fe", "F1"), ("fe", "paragraph F1"), ("ft", "F1"), ("fth", "F1"), ("tr", "chunk F1")),
    *(("ft", "instant"), ("pl", "instant"), ("hd", "day"), ("tr", "day"), ("pl", "day"), ("pl", "invented")),
    *((name, "credited") for name in ("ft", "fth", "pl", "tr")),
    *((name, "authors F1") for name in ("ft", "fth", "pl", "tr")),
)
"""Rows of the table: a set of the corpus, and what its scorer says of it. Of ``invented``, less is better."""
_OFFLINE = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")


class EngineError(Exception):
    """An engine that cannot be had, or that died."""


class Engine:
    """A running engine. It is started again when it dies at a page."""

    def __init__(self, name: str, command: Sequence[str | Path], environment: Mapping[str, str]) -> None:
        self.name = name
        self.predictions: dict[str, dict[str, Any]] = {}
        self.seconds: list[float] = []
        """CPU seconds of each page."""
        self._command = command
        self._environment = {**os.environ, **_OFFLINE, **environment}
        self._log = ENVIRONMENTS / f"{name}.log"
        self._process = self._started()

    def extract(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer for one page. Raises EngineError if it dies."""
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        except (OSError, ValueError) as error:
            self.close()
            said = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise EngineError(f"ended at {request['id']}: {said[-1] if said else 'it said nothing'}") from error
        return answer

    def add(self, request: Mapping[str, Any]) -> None:
        """Extracts a page, and keeps the answer. If it dies, it has found nothing."""
        try:
            answer = self.extract(request)
            self.seconds.append(answer.pop("cpu"))
        except EngineError as error:
            answer = {"error": str(error)}
            self._process = self._started()
        self.predictions[request["id"]] = {**answer, "id": request["id"]}

    def close(self) -> None:
        """Ends its process."""
        self._process.communicate()

    def _started(self) -> subprocess.Popen[str]:
        self._log.parent.mkdir(exist_ok=True)
        with self._log.open("w", encoding="utf-8") as log:
            return subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=ROOT,
                env=self._environment,
            )


def start(name: str, tables: Path | None) -> Engine:
    """Starts an engine, in an environment that is made if it is not there. Raises EngineError."""
    if name == "copydesk":
        command = [sys.executable, str(WORKERS / "worker.py"), name, *([str(tables.resolve())] if tables else [])]
        return Engine(name, command, {"PYTHONPATH": str(ROOT)})
    if name == "go-trafilatura":
        return Engine(name, [go_program()], {})
    return Engine(name, [python_of(PACKAGES[name]), WORKERS / "worker.py", name], {"PYTHONPATH": ""})


def python_of(packages: Sequence[str]) -> Path:
    """The interpreter of an environment with some packages. Raises EngineError."""
    folder = ENVIRONMENTS / "+".join(packages)
    python = folder / "bin" / "python"
    done = folder / "complete"
    if not done.exists():
        print(f"making {folder.name}", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        run([sys.executable, "-m", "venv", folder], ENVIRONMENTS)
        run([python, "-m", "pip", "install", "--quiet", *packages], ENVIRONMENTS)
        done.touch()
    return python


def go_program() -> Path:
    """The program of go-trafilatura. Raises EngineError."""
    folder = ENVIRONMENTS / GO_MODULE.rpartition("/")[2]
    program, source, built_from = folder / "worker", WORKERS / "main.go", folder / "main.go"
    if not program.exists() or built_from.read_bytes() != source.read_bytes():
        print(f"making {folder.name}", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(source, folder)
        run(["go", "mod", "init", "worker"], folder)
        run(["go", "get", GO_MODULE], folder)
        run(["go", "build", "-o", program, "."], folder)
    return program


def run(command: Sequence[str | Path], folder: Path) -> None:
    """Runs a command that makes an environment. Raises EngineError with the end of what it says."""
    folder.mkdir(exist_ok=True)
    try:
        done = subprocess.run(command, cwd=folder, text=True, capture_output=True)
    except OSError as error:
        raise EngineError(f"{command[0]}: {error}") from error
    if done.returncode:
        raise EngineError(f"{' '.join(map(str, command))}: {(done.stderr or done.stdout)[-500:].strip()}")


def requests_of(corpus: Path, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the engines are asked, for each page."""
    names = ("id", "url", "crawled")
    return [{**{name: row.get(name) for name in names}, "path": str((corpus / row["html"]).resolve())} for row in rows]


def scorer_of(corpus: Path) -> Callable[..., dict[str, dict[str, float]]]:
    """The function ``score`` of the corpus's own scorer."""
    spec = importlib.util.spec_from_file_location("score", corpus / "score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    scorer: Callable[..., dict[str, dict[str, float]]] = module.score
    return scorer


def table(engines: Sequence[Engine], rows: Sequence[Mapping[str, Any]], corpus: Path) -> list[str]:
    """The figures of all engines, as lines of a table in Markdown."""
    score = scorer_of(corpus)
    groups = {group: [row for row in rows if row.get("set") == group] for group, _ in FIGURES}
    scores = {
        engine.name: {group: _scored(score, pages, engine).get(group, {}) for group, pages in groups.items()}
        for engine in engines
    }
    lines = [f"| | {' | '.join(engine.name for engine in engines)} |", f"|---|{'---|' * len(engines)}"]
    for group, figure in FIGURES:
        values = [scores[engine.name][group].get(figure) for engine in engines]
        if any(value is not None for value in values):
            cells = ("" if value is None else f"{value:.3f}" for value in values)
            lines.append(f"| {group} {figure} | {' | '.join(cells)} |")
    for label, of in (("mean", fmean), ("median", median), ("95th percentile", _late)):
        cells = (f"{1000 * of(engine.seconds):.1f}" for engine in engines)
        lines.append(f"| CPU ms a page, {label} | {' | '.join(cells)} |")
    failed = (str(sum("error" in line for line in engine.predictions.values())) for engine in engines)
    return [*lines, f"| pages on which it failed | {' | '.join(failed)} |"]


def _scored(
    score: Callable[..., dict[str, dict[str, float]]], pages: Sequence[Mapping[str, Any]], engine: Engine
) -> dict[str, dict[str, float]]:
    try:
        return score(pages, engine.predictions)
    except KeyError:  # the scorer has no figures of a set in which an engine finds no text at all
        return {}


def _late(seconds: Sequence[float]) -> float:
    return sorted(seconds)[-1 - len(seconds) // 20]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--engines", default=",".join(ENGINES), help="default: %(default)s")
    parser.add_argument("--sample", type=int, default=1, metavar="K", help="only every K-th page")
    parser.add_argument("--tables", type=Path, metavar="FOLDER", help="tables of the folds, for Copydesk")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="keep the predictions of each engine")
    options = parser.parse_args(sys.argv[1:] or ["--help"])
    names = options.engines.split(",")
    if unknown := set(names) - set(ENGINES):
        parser.error(f"unknown engines: {', '.join(sorted(unknown))}; there are: {', '.join(ENGINES)}")
    with (options.corpus / "pages.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][:: options.sample]
    requests = requests_of(options.corpus, rows)
    engines = []
    for name in names:
        try:
            engine = start(name, options.tables)
            engine.extract(requests[0])  # engines load much with their first page, so this time does not count
            engines.append(engine)
        except EngineError as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
    for number, request in enumerate(requests):
        for engine in engines:
            engine.add(request)
        if number % 100 == 0:
            print(f"{number} of {len(requests)} pages", file=sys.stderr)
    for engine in engines:
        engine.close()
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        for engine in engines:
            found = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in engine.predictions.values())
            (options.out / f"{engine.name}.jsonl").write_text(found, encoding="utf-8")
    print("\n".join(table(engines, rows, options.corpus)))


if __name__ == "__main__":
    main()
