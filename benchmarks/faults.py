"""What a pass makes of servers that misbehave, one way each: a table of kinds, outcomes and reasons.

    python -m benchmarks.faults [--only WORD] [--newsroom ../shared/newsroom]

The servers are those of ``tests.support``, and those of the newsroom's ``newsroom.py`` where there is one. All are on loopback, under host
names of their own, behind one proxy. Each kind is a source with one feed. Ends with
status 1 when a kind has another outcome than it must have, or when the counts of a pass do not add up.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.command.console import Terminal
from pipelines.engines.choose import choose_engine
from pipelines.passes import Pass, run_pass
from pipelines.sources import Sources, load_sources
from schemas import Reason, Source
from tests.support.fault_content import CONTENT
from tests.support.fault_transport import TRANSPORT
from tests.support.faults import Fault
from tests.support.tables import rows
from tests.support.web_server import serving
from transforms.web.settings import Connect, Politeness

FAULTS = (*TRANSPORT, *CONTENT)
_SECONDS_OF_HANGING = 3.0
"""Longest wait for an answer of our own servers that never comes."""
_SECONDS = 60.0
"""The same for other answers, so that a busy machine changes no outcome."""
_NEWSROOM_SECONDS = 20.0
"""The same for the newsroom, which has both kinds, and compresses a gibibyte for one of its answers."""
_NEWSROOM_HOST_SECONDS = 30.0
"""Time for one host: one feed lists 20,000 entries."""
_LONGEST_REASON = 110


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a source."""

    kinds: tuple[str, ...]
    """``article``, and the reasons of rejects, each once."""
    counted: str
    """The same with their numbers and stages, in words."""
    detail: str
    """The detail of the first reject; empty without one."""


def outcomes_of_faults(faults: Sequence[Fault], folder: Path) -> dict[str, Outcome]:
    """Two passes over the faults, into lakes in ``folder``: one for those that hang, one for the others. By name."""
    hanging = [fault for fault in faults if fault.outcome == Reason.TIMEOUT.value]
    others = [fault for fault in faults if fault not in hanging]
    found = _pass_over(hanging, folder / "hanging", _SECONDS_OF_HANGING) | _pass_over(
        others, folder / "others", _SECONDS
    )
    return {fault.name: found[_id_of(fault)] for fault in faults}


def _pass_over(faults: Sequence[Fault], folder: Path, seconds: float) -> dict[str, Outcome]:
    """One pass. By the ids of the sources."""
    if not faults:
        return {}
    answers = {address: reply for fault in faults for address, reply in fault.served().items()}
    sources = tuple(Source(id=_id_of(fault), kind="outlet", feeds=(fault.feed,)) for fault in faults)
    with serving(answers) as web:
        connect = Connect(proxy=web.proxy, seconds=seconds, retries=1, retry_wait=0.1)
        return _outcomes(sources, connect, Politeness(pause=0.0), folder)


def _id_of(fault: Fault) -> str:
    return fault.host.removesuffix(".example")


def outcomes_of_newsroom(script: Path, folder: Path) -> dict[str, Outcome]:
    """One pass over the misbehaving hosts of the newsroom, into a lake in ``folder``. By the host's first label."""
    with _newsroom(script) as proxy:
        opml = folder / "faults.opml"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy}))
        with opener.open("http://newsroom.test/faults.opml", timeout=_NEWSROOM_SECONDS) as answer:
            opml.write_bytes(answer.read())
        sources = load_sources(opml).sources
        connect = Connect(proxy=proxy, seconds=_NEWSROOM_SECONDS, retry_wait=3.0)
        found = _outcomes(sources, connect, Politeness(pause=0.05, host_seconds=_NEWSROOM_HOST_SECONDS), folder)
    return {(source.name or source.id).partition(".")[0]: found[source.id] for source in sources}


@contextmanager
def _newsroom(script: Path) -> Iterator[str]:
    """The newsroom, while the block runs. Yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, str(script), "--port", str(port)], stderr=subprocess.PIPE)
    try:
        assert server.stderr is not None
        server.stderr.readline()  # it says when it is ready
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _outcomes(
    sources: tuple[Source, ...], connect: Connect, politeness: Politeness, folder: Path
) -> dict[str, Outcome]:
    options = PipelineOptions([])
    work = Pass(
        sources=Sources(contact=None, sources=sources),
        lake=folder / "lake",
        connect=connect,
        politeness=politeness,
        look_back=None,
        beam=options,
        all_feeds=True,
    )
    record = run_pass(work, choose_engine(options), Terminal(quiet=True))
    if not record.balanced:
        raise RuntimeError(f"the counts do not add up: {record.to_json()}")
    articles: dict[str, int] = defaultdict(int)
    rejects: dict[str, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows(folder / "lake"):
        articles[row["source"]] += 1
    for row in rows(folder / "lake", "rejects"):
        detail = row["detail"].replace(f" through proxy {connect.proxy}", "")
        rejects[row["source"]][row["stage"], row["reason"]].append(detail)
    return {source.id: _outcome(articles[source.id], rejects[source.id]) for source in sources}


def _outcome(articles: int, rejects: dict[tuple[str, str], list[str]]) -> Outcome:
    kinds = (["article"] if articles else []) + sorted({reason for _, reason in rejects})
    counted = [f"{articles} article{'s' if articles > 1 else ''}"] if articles else []
    counted += [f"{len(details)} {stage} `{reason}`" for (stage, reason), details in sorted(rejects.items())]
    detail = next((details[0] for _, details in sorted(rejects.items())), "")
    return Outcome(tuple(kinds), ", ".join(counted) or "nothing", detail)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="What a pass makes of servers that misbehave, as a table.")
    parser.add_argument("--only", default="", metavar="WORD", help="only our kinds with this word in their name")
    parser.add_argument(
        "--newsroom",
        type=Path,
        default=Path("../shared/newsroom"),
        metavar="DIR",
        help="folder with newsroom.py (default: %(default)s)",
    )
    options = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        script = options.newsroom / "newsroom.py"
        if script.exists() and not options.only:
            began = time.monotonic()
            Path(folder, "newsroom").mkdir()
            found = outcomes_of_newsroom(script, Path(folder, "newsroom"))
            _print_table("newsroom", found)
            print(f"{len(found)} kinds in {time.monotonic() - began:.0f} s\n", file=sys.stderr)
        elif not options.only:
            print(f"{script} is not there: only our own kinds are tried.", file=sys.stderr)
        faults = [fault for fault in FAULTS if options.only in fault.name]
        began = time.monotonic()
        found = outcomes_of_faults(faults, Path(folder))
        _print_table("kind", found)
        for fault in faults:
            if found[fault.name].kinds != tuple(fault.outcome.split(" + ")):
                wrong += 1
                print(f"wrong: {fault.name}: {found[fault.name].counted}, not {fault.outcome}", file=sys.stderr)
        print(f"{len(faults)} kinds in {time.monotonic() - began:.0f} s, {wrong} wrong", file=sys.stderr)
    return 1 if wrong else 0


def _print_table(name: str, found: dict[str, Outcome]) -> None:
    print(f"| {name} | outcome | reason |\n|---|---|---|")
    for kind, outcome in found.items():
        detail = outcome.detail if len(outcome.detail) <= _LONGEST_REASON else f"{outcome.detail[:_LONGEST_REASON]}…"
        print(f"| {kind} | {outcome.counted} | {detail.replace('|', '/')} |")
    print(flush=True)


if __name__ == "__main__":
    sys.exit(main())
