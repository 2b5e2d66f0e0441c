"""Runs workflows of five steps on DBOS, as `tocsin bench engine --part throughput` runs them on Tocsin.

It makes a PostgreSQL cluster of its own (Debian's postgresql-15, fsync on) in a temporary folder, runs the workflows,
reads back from the database what was made durable, and prints one JSON line. See README.md beside this file.
"""

import argparse
import glob
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """A PostgreSQL cluster in a folder, on a free loopback port, with the defaults for durability."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.bin = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        # PostgreSQL refuses to run as root; Debian's package makes the user postgres.
        self.prefix = (
            ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        )

    def start(self) -> str:
        if self.prefix:
            shutil.chown(self.folder, "postgres", "postgres")
        data = os.path.join(self.folder, "data")
        subprocess.run(
            self.prefix + [f"{self.bin}/initdb", "-D", data, "-A", "trust", "-U", "bench", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL,
        )
        self.process = subprocess.Popen(
            self.prefix + [
                f"{self.bin}/postgres", "-D", data, "-k", self.folder, "-p", str(self.port),
                "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", "-c", "fsync=on",
                "-c", "synchronous_commit=on", "-c", "shared_buffers=256MB",
            ],
            stdout=subprocess.DEVNULL, stderr=open(os.path.join(self.folder, "..", "postgres.log"), "w"),
        )
        for _ in range(200):
            ready = subprocess.run(
                [f"{self.bin}/pg_isready", "-h", "127.0.0.1", "-p", str(self.port)], stdout=subprocess.DEVNULL
            )
            if ready.returncode == 0:
                break
            time.sleep(0.05)
        else:
            sys.exit("PostgreSQL did not start")
        subprocess.run(
            [f"{self.bin}/createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "bench", "dbos_sys"], check=True
        )
        return f"postgresql://bench@127.0.0.1:{self.port}/dbos_sys"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def measure(url: str, threads: int, seconds: float) -> dict:
    import logging

    import psycopg
    from dbos import DBOS, DBOSConfig

    logging.disable(logging.WARNING)
    config: DBOSConfig = {"name": "peer", "system_database_url": url, "run_admin_server": False, "log_level": "ERROR"}
    DBOS(config=config)

    @DBOS.step()
    def first(alert: str) -> dict:
        return {"alert": alert, "severity": "high"}

    @DBOS.step()
    def second(value: dict) -> str:
        return "alert " + value["alert"]

    @DBOS.step()
    def third(value: str) -> str:
        return value.upper()

    @DBOS.step()
    def fourth(value: str) -> int:
        return len(value)

    @DBOS.step()
    def fifth(value: int) -> int:
        return value + 1

    @DBOS.workflow()
    def workflow(alert: str) -> int:
        return fifth(fourth(third(second(first(alert)))))

    DBOS.launch()
    for number in range(5):
        workflow(f"warm-{number}")

    singles = []
    for number in range(100):
        begin = time.monotonic()
        workflow(f"alert-{number}")
        singles.append(time.monotonic() - begin)

    with psycopg.connect(url) as connection:
        before = connection.execute("select count(*) from dbos.operation_outputs").fetchone()[0]

    used = resource.getrusage(resource.RUSAGE_SELF)
    begin = time.monotonic()
    end = begin + seconds

    def work(thread: int) -> int:
        count = 0
        while time.monotonic() < end:
            workflow(f"alert-{thread}-{count}")
            count += 1
        return count

    with ThreadPoolExecutor(threads) as pool:
        runs = sum(pool.map(work, range(threads)))
    elapsed = time.monotonic() - begin
    after_use = resource.getrusage(resource.RUSAGE_SELF)

    with psycopg.connect(url) as connection:
        steps = connection.execute("select count(*) from dbos.operation_outputs").fetchone()[0] - before
    DBOS.destroy()
    processor = after_use.ru_utime + after_use.ru_stime - used.ru_utime - used.ru_stime
    return {
        "threads": threads,
        "runs": runs,
        "durableStepsPerSecond": round(steps / elapsed),
        "cpuMillisecondsPerStepWithoutDatabase": round(processor * 1000 / max(1, steps), 3),
        "singleRunP50Milliseconds": round(sorted(singles)[len(singles) // 2] * 1000, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--folder", default=".", help="where the cluster is made; on the disk that Tocsin is measured on")
    options = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="dbos-", dir=options.folder)
    os.chmod(scratch, 0o755)
    # The path of a socket has at most 107 bytes, so that of the folder has to be short.
    folder = os.path.join(scratch, "pg")
    os.mkdir(folder)
    cluster = Cluster(os.path.abspath(folder))
    try:
        url = cluster.start()
        result = {"peer": "dbos", **measure(url, options.threads, options.seconds)}
    finally:
        cluster.stop()
        shutil.rmtree(scratch)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
