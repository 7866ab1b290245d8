"""The database of a workshop: one SQLite file in the folder of the results, which only its owner may read."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from grader.errors import OutputError, UsageError
from grader.i18n import msg
from grader.output import unwritable

FILE = "workshop.db"
MIGRATIONS: Sequence[str] = (
    """
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE people (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,          -- in addresses; nobody can guess it
        name TEXT NOT NULL UNIQUE,
        listed TEXT,                       -- the place on the list of participants, as JSON; NULL for who is not on it
        token BLOB UNIQUE,                 -- SHA-256 of the personal code; NULL until somebody claims the name again
        joined_s REAL NOT NULL,
        seen_s REAL NOT NULL,
        help_s REAL,                       -- since when the person has wanted help
        points REAL,                       -- the trainer's own
        comment TEXT NOT NULL DEFAULT ''
    );
    CREATE TABLE claims (                  -- a name that was claimed a second time waits for the trainer
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        person INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        token BLOB NOT NULL UNIQUE,
        at_s REAL NOT NULL
    );
    CREATE TABLE notebooks (sha256 TEXT PRIMARY KEY, data BLOB NOT NULL);
    CREATE TABLE attempts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,
        person INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        at_s REAL NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'graded', 'replaced')),
        is_late INTEGER NOT NULL,
        terms TEXT,                        -- what the grade rests on beside the notebook
        grade BLOB,
        score REAL,                        -- of the grade, with bonus
        graded_s REAL
    );
    CREATE INDEX attempts_of_person ON attempts (person, id);
    CREATE TABLE parts (                   -- the notebooks of an attempt: one, or one for each exercise
        attempt INTEGER NOT NULL REFERENCES attempts ON DELETE CASCADE,
        exercise TEXT NOT NULL,            -- '' for a notebook of all exercises
        notebook TEXT NOT NULL REFERENCES notebooks,
        PRIMARY KEY (attempt, exercise)
    );
    """,
)
"""What leads from each version of the database to the next. Those that were released never change."""


@contextmanager
def open_database(folder: Path) -> Iterator[sqlite3.Connection]:
    """The database in the folder, in today's version. Raise UsageError or OutputError where there can't be one."""
    connection = _connect(folder / FILE)
    try:
        migrate(connection, folder / FILE)
        yield connection
    finally:
        connection.close()


def require(folder: Path) -> None:
    """Raise UsageError where no workshop was kept."""
    if not (folder / FILE).is_file():
        raise UsageError(
            msg("{folder}: no workshop was kept here. Name the folder of grade serve.", folder=str(folder))
        )


def migrate(connection: sqlite3.Connection, file: Path) -> None:
    """Bring the database to today's version, each step whole or not at all. Raise UsageError for a newer one."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        text = msg(
            "{file} was made by a newer grader. Use that one, or another folder for the results.", file=str(file)
        )
        raise UsageError(text)
    for number, script in enumerate(MIGRATIONS[version:], version + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that the block writes is on the disk when it ends; nothing of it, if it raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _connect(file: Path) -> sqlite3.Connection:
    try:
        _make_private(file)
        connection = sqlite3.connect(file, isolation_level=None)
        connection.row_factory = sqlite3.Row
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {setting}")
    except OSError as error:
        raise unwritable(file, error) from error
    except sqlite3.Error as error:
        text = msg("{file} can't be used as a database: {reason}.", file=str(file), reason=str(error))
        raise OutputError(text) from error
    return connection


def _make_private(file: Path) -> None:
    """Make the file if it is not there. One that is a link, or that others may read, is not taken."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    if not stat.S_ISREG(os.lstat(file).st_mode):
        text = msg("{file} is a link or no ordinary file. Remove it, or choose another folder.", file=str(file))
        raise UsageError(text)
    file.chmod(0o600)
