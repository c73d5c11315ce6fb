"""Backups of a whole database, each proved by a restore, and the way back from them.

A folder of backups holds one folder a backup:

    000012-20261122T081700Z/    the number counts up, whatever the clock says
        manifest.json           what was backed up: a count and a hash of every table, a sha256 of every file
        manifest.sha256         the manifest's own sha256
        roles.json              the roles that the database names
        dump/                   what pg_dump wrote (directory format)
        verification.json       what came of the last time that it was restored and compared
    .partial-000013/            one under way, or left by one that was killed; the next one removes it
    .lock                       locked by who writes into the folder

A backup appears by a rename, so it is whole or absent. Whether it is good is known once it was restored.
"""

from eventdb.backup.shelf import latest_verified

__all__ = ["latest_verified"]
