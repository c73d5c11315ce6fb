"""A dump and its restore, as a user would make them."""

import subprocess

from eventdb import server


def restore(url: str, into: str) -> None:
    """Copies the database at `url` into the empty one at `into`."""
    programs = server.bin_dir()
    dump = subprocess.run([programs / "pg_dump", "--no-owner", url], capture_output=True, check=True).stdout
    dump = dump.replace(b"SET transaction_timeout = 0;\n", b"")  # which servers before 17 do not know
    psql = [programs / "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", into]
    done = subprocess.run(psql, input=dump, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
