"""A PostgreSQL of the tests' own that asks everybody for a password (SCRAM), on loopback TCP and on its socket.

The embedded server trusts whoever reaches its socket; what a login may and may not is tried here, on a real one.
"""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import psycopg

from eventdb import server

KEEPER = "keeper"
"""The superuser."""

DATABASE = "eventdb"


@dataclass(frozen=True)
class Throwaway:
    """The server: `folder` has its data, sockets and log."""

    folder: Path
    port: int

    def url(self, login: str, database: str = DATABASE, *, over: Literal["tcp", "socket"] = "tcp") -> str:
        where = (
            f"127.0.0.1:{self.port}/{database}" if over == "tcp" else f"/{database}?host={self.folder}&port={self.port}"
        )
        return f"postgresql://{login}:{quote(password(login), safe='')}@{where}"

    def login(self, name: str) -> None:
        """Makes a login with a password, in as far as it is absent."""
        with psycopg.connect(self.url(KEEPER, "postgres"), autocommit=True) as connection:
            hashed = connection.pgconn.encrypt_password(password(name).encode(), name.encode(), b"scram-sha-256")
            known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [name]).rowcount
            connection.execute(f"{'ALTER' if known else 'CREATE'} ROLE {name} LOGIN PASSWORD '{hashed.decode()}'")

    def log(self) -> str:
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")


def password(login: str) -> str:
    """Of a login: with characters that a careless program takes apart."""
    return f"{login}'s p@ss/word:100%?"


@contextmanager
def throwaway(folder: Path, programs: Path | None = None) -> Iterator[Throwaway]:
    """A server in `folder`, which other users may enter; it logs every statement. Ends with the block."""
    programs = programs or server._programs(folder)
    folder = server._private_folder(folder / "scram", server._owner(folder))
    secret = folder / "password"
    secret.write_text(password(KEEPER) + "\n", encoding="utf-8")
    secret.chmod(0o644)
    as_owner = server._as_owner(folder)
    data = folder / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", KEEPER, "-E", "UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256",
         f"--pwfile={secret}", "--no-sync"],
        check=True, capture_output=True, **as_owner,
    )  # fmt: skip
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    options = {
        "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder, "fsync": "off",
        "dynamic_shared_memory_type": "mmap", "log_statement": "all", "log_connections": "on", "timezone": "UTC",
    }  # fmt: skip
    arguments = " ".join(f"-c {name}={value}" for name, value in options.items())
    control = [programs / "pg_ctl", "-D", data, "-w", "-l", folder / "server.log"]
    subprocess.run([*control, "-o", arguments, "start"], check=True, stdout=subprocess.DEVNULL, **as_owner)
    try:
        made = Throwaway(folder, port)
        with psycopg.connect(made.url(KEEPER, "postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        yield made
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL, **as_owner)
