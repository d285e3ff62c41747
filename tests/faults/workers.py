"""Real Celery workers in a group of processes that can be killed as a whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.faults.ingesting import ROOT

START_TIMEOUT_S = 60


class Worker:
    """`celery worker`; returns from making when it is ready."""

    def __init__(
        self,
        log: Path,
        environment: Mapping[str, str],
        *,
        app: str = "config.celery",
        processes: int = 1,
    ) -> None:
        self.log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "-A", app, "worker", "-Q", "imports,default"),
                    *("--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "INFO"),
                    *("-c", str(processes)),
                    *("-n", f"{log.stem}-{os.getpid()}@localhost"),
                ],
                cwd=ROOT,
                env=dict(environment),
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        until = time.monotonic() + START_TIMEOUT_S
        while b" ready." not in log.read_bytes():
            assert self.process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)

    def kill(self) -> None:
        """The whole group, as a machine that loses power."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
