"""A small Flink cluster on this machine, without containers: JobManager, TaskManagers and Beam's job server. Standard library only.

    python deploy/flink/cluster.py start       starts the processes that do not run, also a TaskManager that was killed
    python deploy/flink/cluster.py options     prints the options with which copydesk uses the cluster
    python deploy/flink/cluster.py status
    python deploy/flink/cluster.py stop

All processes listen on loopback. Settings, logs, process ids and checkpoints are in one folder, by default .engines/cluster.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
FLINK = ROOT / ".engines" / "flink"
_MAVEN = "{http://maven.apache.org/POM/4.0.0}"
_START_SECONDS = 90.0
_STOP_SECONDS = 15.0


class ClusterError(Exception):
    """The cluster cannot be used. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of the first start. Later commands read them from the folder."""

    taskmanagers: int = 2
    slots: int = 2
    """Subtasks that each TaskManager runs at once."""
    heap: int = 512
    """MB of heap for the tasks of a TaskManager. The process takes 500 MB more, and each of its Python workers about 300 MB."""
    rest_port: int = 8081
    rpc_port: int = 6123
    job_port: int = 8099
    artifact_port: int = 8098
    python: str = sys.executable
    """The Python that runs the workers. Its environment must have the Copydesk version of the command that submits the job."""


class Cluster:
    """The cluster of one folder: its processes."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.settings = settings
        # Part of each command line, so that a reused process id is never taken for ours.
        self._mark = f"-Dcopydesk.cluster={folder}"

    def start(self) -> None:
        """Starts the processes that do not run, and waits until the cluster is ready. Raises ClusterError."""
        if not (FLINK / "job-server.jar").exists():
            raise ClusterError("Flink is not here. Build it with: make flink")
        for name in ("pids", "logs", "conf", "tmp", "checkpoints", "artifacts"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        missing = [name for name in self.commands() if self.pid(name) is None]
        if "jobmanager" in missing:
            self._check_ports()
        (self.folder / "settings.json").write_text(json.dumps(asdict(self.settings)))
        (self.folder / "conf" / "flink-conf.yaml").write_text(self._configuration())
        self._write_worker()
        for name in missing:
            self._start(name)
        until = time.monotonic() + _START_SECONDS
        while (lacking := self.lacking()) is not None:
            for name in self.commands():
                if self.pid(name) is None:
                    raise ClusterError(f"{name} ended: {self._last_words(name)} ({self._log(name)})")
            if time.monotonic() > until:
                raise ClusterError(f"{lacking} after {_START_SECONDS:g} s. See {self.folder}/logs.")
            time.sleep(0.3)

    def lacking(self) -> str | None:
        """What is not ready yet, as a sentence; None if the cluster is ready."""
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                f"http://localhost:{self.settings.rest_port}/overview", timeout=5
            ) as answer:
                overview: dict[str, Any] = json.load(answer)
        except (OSError, ValueError):
            return "the JobManager does not answer"
        if overview["taskmanagers"] < self.settings.taskmanagers:
            return f"{overview['taskmanagers']} of {self.settings.taskmanagers} TaskManagers are registered"
        try:
            socket.create_connection(("localhost", self.settings.job_port), timeout=5).close()
        except OSError:
            return "the job server does not answer"
        return None

    def stop(self) -> None:
        """Ends all processes. Checkpoints and logs stay."""
        running = {name: pid for name in reversed(self.commands()) if (pid := self.pid(name)) is not None}
        for pid in running.values():
            _signal(pid, signal.SIGTERM)
        until = time.monotonic() + _STOP_SECONDS
        while any(self.pid(name) is not None for name in running) and time.monotonic() < until:
            time.sleep(0.1)
        for name, pid in running.items():
            if self.pid(name) is not None:
                _signal(pid, signal.SIGKILL)
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)

    def pid(self, name: str) -> int | None:
        """The process id of a process of the cluster; None if it does not run."""
        try:
            pid = int((self.folder / "pids" / name).read_text())
        except (OSError, ValueError):
            return None
        listing = subprocess.run(
            ["ps", "-ww", "-o", "stat=,args=", "-p", str(pid)], capture_output=True, text=True
        ).stdout
        return pid if self._mark in listing and not listing.startswith("Z") else None

    def commands(self) -> dict[str, list[str]]:
        """The command of each process, in the order in which they start."""
        s, jars = self.settings, f"{FLINK}/jars/*"
        conf = ["--configDir", str(self.folder / "conf")]
        # The fast compiler and the serial collector: Copydesk's jobs do their work in Python.
        java = [
            "java",
            *_java_options(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:MaxMetaspaceSize=256m",
            self._mark,
        ]
        java += [f"-Djava.io.tmpdir={self.folder}/tmp", "-Dorg.slf4j.simpleLogger.showDateTime=true"]
        java += ["-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS"]
        commands = {
            "jobmanager": [
                *java, "-Xmx384m", "-cp", jars,
                "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint", *conf,
            ],
        }  # fmt: skip
        for number in range(1, s.taskmanagers + 1):
            memory = {
                "memory.task.heap.size": s.heap, "memory.framework.heap.size": 128,
                "memory.task.off-heap.size": 0, "memory.framework.off-heap.size": 128,
                "memory.network.min": 256, "memory.network.max": 256, "memory.managed.size": 512,
                "memory.jvm-metaspace.size": 256, "memory.jvm-overhead.min": 192, "memory.jvm-overhead.max": 192,
            }  # fmt: skip
            given = [f"taskmanager.resource-id=taskmanager-{number}", f"taskmanager.cpu.cores={s.slots}"]
            given += [f"taskmanager.{key}={size}m" for key, size in memory.items()]
            commands[f"taskmanager-{number}"] = [
                *java, f"-Xmx{s.heap + 128}m", "-cp", jars, "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                *conf, *(part for entry in given for part in ("-D", entry)),
            ]  # fmt: skip
        commands["job-server"] = [
            *java, "-Xmx384m", "-jar", str(FLINK / "job-server.jar"), f"--flink-master=localhost:{s.rest_port}",
            "--job-host=localhost", f"--job-port={s.job_port}", f"--artifact-port={s.artifact_port}",
            "--expansion-port=0", f"--artifacts-dir={self.folder}/artifacts",
        ]  # fmt: skip
        return commands

    def options(self) -> list[str]:
        """The options with which copydesk uses this cluster."""
        return [
            "--runner=PortableRunner",
            f"--job_endpoint=localhost:{self.settings.job_port}",
            f"--flink_master=http://localhost:{self.settings.rest_port}",
            "--environment_type=PROCESS",
            f"--environment_option=process_command={self.folder}/worker",
            f"--parallelism={self.settings.taskmanagers}",
        ]

    def _start(self, name: str) -> None:
        with self._log(name).open("ab") as log:
            process = subprocess.Popen(
                self.commands()[name],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self.folder,
            )
        (self.folder / "pids" / name).write_text(str(process.pid))

    def _log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"

    def _last_words(self, name: str) -> str:
        lines = self._log(name).read_text(errors="replace").splitlines()[-200:]
        causes = [line.strip() for line in lines if "Exception" in line or "Error" in line]
        return (causes or lines or ["it printed nothing"])[-1][:300]

    def _check_ports(self) -> None:
        s = self.settings
        for port in (s.rest_port, s.rpc_port, s.job_port, s.artifact_port):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("localhost", port))
                except OSError as error:
                    raise ClusterError(
                        f"port {port} is taken ({error.strerror}). Give another; see start --help."
                    ) from error

    def _configuration(self) -> str:
        s = self.settings
        entries = {
            "jobmanager.rpc.address": "localhost",
            "jobmanager.rpc.port": s.rpc_port,
            "jobmanager.bind-host": "localhost",
            "rest.address": "localhost",
            "rest.bind-address": "localhost",
            "rest.port": s.rest_port,
            "taskmanager.host": "localhost",
            "taskmanager.bind-host": "localhost",
            "taskmanager.numberOfTaskSlots": s.slots,
            # Spreads a job that needs fewer than all slots over the TaskManagers, instead of filling one.
            "cluster.evenly-spread-out-slots": "true",
            # A lost TaskManager is noticed after 10 s, even if its connections stay open.
            "heartbeat.interval": 2000,
            "heartbeat.timeout": 10000,
            # A job survives lost TaskManagers. If it fails by itself, it ends at its fourth failure in five minutes.
            "restart-strategy": "failure-rate",
            "restart-strategy.failure-rate.max-failures-per-interval": 3,
            "restart-strategy.failure-rate.failure-rate-interval": "5 min",
            "restart-strategy.failure-rate.delay": "2 s",
            "state.checkpoints.dir": f"file://{self.folder}/checkpoints",
            "io.tmp.dirs": f"{self.folder}/tmp",
            # Beam's classes are on the class path. Jobs bring none.
            "classloader.resolve-order": "parent-first",
        }
        return "".join(f"{key}: {value}\n" for key, value in entries.items())

    def _write_worker(self) -> None:
        worker = self.folder / "worker"
        command = shlex.join([self.settings.python, str(HERE / "worker.py")])
        worker.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        worker.chmod(0o755)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _java_options() -> list[str]:
    options = ElementTree.parse(HERE / "pom.xml").getroot().find(f"{_MAVEN}properties/{_MAVEN}java.options")
    assert options is not None
    return (options.text or "").split()


def main() -> int:
    """Returns 0 on success; 1 on failure, or if ``status`` finds that the cluster is not ready."""
    parser = argparse.ArgumentParser(description="A small Flink cluster on this machine, for copydesk.")
    parser.add_argument("command", choices=("start", "options", "status", "stop"))
    parser.add_argument("--folder", type=Path, default=ROOT / ".engines" / "cluster")
    for name, default in asdict(Settings()).items():
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            type=type(default),
            help=f"stored in the folder by start (default: {default})",
        )
    given = vars(parser.parse_args())
    folder: Path = given.pop("folder").resolve()
    command: str = given.pop("command")
    options = {name: value for name, value in given.items() if value is not None}
    settings = folder / "settings.json"
    before = json.loads(settings.read_text()) if settings.exists() else {}
    cluster = Cluster(folder, Settings(**{**before, **options}))
    if not before and command in ("options", "status"):
        print(f"There is no cluster in {folder}. Start one with: {sys.argv[0]} start", file=sys.stderr)
        return 1
    if command == "start":
        try:
            cluster.start()
        except ClusterError as error:
            print(error, file=sys.stderr)
            return 1
        print(f"Flink runs: http://localhost:{cluster.settings.rest_port}")
    elif command == "options":
        print(shlex.join(cluster.options()))
    elif command == "stop":
        cluster.stop()
    else:
        running = {name: cluster.pid(name) for name in cluster.commands()}
        for name, pid in running.items():
            print(f"{name:15} {pid or 'does not run'}")
        lacking = cluster.lacking()
        print(lacking or "ready")
        return 1 if lacking else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
