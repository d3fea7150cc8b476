"""A gradebook opened by its URL: made where there is none, once, and refused where it is something
else.
"""

from __future__ import annotations

import fcntl
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from nbgrader import api
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import URL, Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SAWarning
from sqlalchemy.pool import NullPool

from autograder.errors import CourseError, HostError

EXAMPLES = (
    "sqlite:///gradebook.db, sqlite:////absolute/gradebook.db or postgresql://user@host/database"
)
PATIENCE = 30  # seconds that SQLite waits for another writer; nbgrader leaves it at 5
TABLE = "submitted_notebook"  # a table that only gradebooks have
LOCK = 0x6E62677264  # of PostgreSQL's advisory locks, ours


@contextmanager
def opened(
    url: str, course: str, prepare: Callable[[api.Gradebook], None] = lambda _: None
) -> Iterator[api.Gradebook]:
    """The gradebook at `url`; `prepare` is called while no other process of ours opens it.

    CourseError where the URL, or what is there, is no gradebook; HostError where it cannot be had.
    """
    address = _address(url)
    with warnings.catch_warnings(), _errors_of(repr(make_url(url))):  # repr: without the password
        warnings.filterwarnings("ignore", category=SAWarning, module=r"nbgrader\.api")
        with _alone(address):
            _make(address, repr(make_url(url)))
            gradebook = api.Gradebook(address.render_as_string(hide_password=False), course)
            try:
                prepare(gradebook)
            except BaseException:
                gradebook.close()
                raise
        with gradebook:
            yield gradebook


def _address(text: str) -> URL:
    """The URL with its driver; CourseError where it is none."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # a port that is no number
        raise CourseError(f"{text}: no database URL; expected one such as {EXAMPLES}") from None
    if url.drivername in (
        "postgresql",
        "postgres",
    ):  # which driver SQLAlchemy means by it depends on its version
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite":
        if not url.database or not Path(url.database).absolute().parent.is_dir():
            raise CourseError(
                f"{text}: no file in a folder that exists; expected a URL such as {EXAMPLES}"
            )
        return url if "timeout" in url.query else url.update_query_dict({"timeout": str(PATIENCE)})
    return url


@contextmanager
def _alone(url: URL) -> Iterator[None]:
    """Keep other processes of ours from opening the same gradebook meanwhile: nbgrader's own making
    races.
    """
    if url.get_backend_name() == "sqlite":
        place = Path(url.database or "").absolute().parent
        try:
            folder = os.open(place, os.O_RDONLY)
        except OSError as error:
            raise HostError(
                f"{place}: {error.strerror}; the gradebook's folder must be readable"
            ) from error
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)
    else:
        with create_engine(url, poolclass=NullPool).connect() as connection:
            if url.get_backend_name() == "postgresql":
                connection.execute(
                    text(f"select pg_advisory_lock({LOCK})")
                )  # until the connection is closed
            yield


def _make(url: URL, name: str) -> None:
    """Make the tables where there is none, with the version that `nbgrader db upgrade` looks for.

    nbgrader would run the program `alembic` for it, which is not on the PATH unless its environment
    is activated.
    """
    script = ScriptDirectory(ALEMBIC_DIR)
    with create_engine(url, poolclass=NullPool).begin() as connection:
        tables = set(inspect(connection).get_table_names())
        own = {*api.Base.metadata.tables, "alembic_version"}
        if TABLE not in tables and not tables <= own:
            raise CourseError(
                f"{name}: no gradebook, but something with tables of its own; name another --db"
            )
        context = MigrationContext.configure(connection)
        version, newest = context.get_current_revision(), script.get_current_head()
        if version is None:
            api.Base.metadata.create_all(connection)
        if missing := _missing_columns(connection):
            remedy = "run `nbgrader db upgrade` in its folder, or upgrade nbgrader"
            raise CourseError(f"{name}: of another version of nbgrader (no {missing}); {remedy}")
        if version is None and newest is not None:
            context.stamp(script, newest)


def _missing_columns(connection: Connection) -> str:
    """The first column that this version of nbgrader has and the database has not."""
    inspector = inspect(connection)
    tables = inspector.get_table_names()
    for table in api.Base.metadata.sorted_tables:
        there = (
            {c["name"] for c in inspector.get_columns(table.name)}
            if table.name in tables
            else set()
        )
        for column in table.columns:
            if column.name not in there:
                return f"{table.name}.{column.name}"
    return ""


@contextmanager
def _errors_of(name: str) -> Iterator[None]:
    """What a database complains of, in a line."""
    try:
        yield
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        is_ours = "'psycopg'" in str(error)
        remedy = (
            "pip install 'dl-course-autograder[postgresql]'"
            if is_ours
            else f"expected a URL such as {EXAMPLES}"
        )
        raise HostError(f"{name}: no driver for it ({error}); {remedy}") from error
    except DBAPIError as error:
        said = str(error.orig).strip().split("\n")[0]
        if "locked" in said:
            raise HostError(
                f"{name}: in use by another program; try again when that is done"
            ) from error
        if "not a database" in said:
            raise CourseError(f"{name}: a file, but no gradebook; name another --db") from error
        raise HostError(f"{name}: {said}") from error
