"""The gradebook's database: opened by its URL, and created if there is none."""

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

URL_EXAMPLES = (
    "sqlite:///gradebook.db, sqlite:////absolute/gradebook.db or postgresql://user@host/database"
)
SQLITE_TIMEOUT_S = 30  # wait this long for another writer; nbgrader leaves it at 5
GRADEBOOK_TABLE = "submitted_notebook"  # a table that only gradebooks have
ADVISORY_LOCK_KEY = 0x6E62677264  # our number among PostgreSQL's advisory locks


def _prepare_nothing(gradebook: api.Gradebook) -> None:
    """Leave the gradebook as it is."""


@contextmanager
def open_gradebook(
    url: str, course: str, prepare: Callable[[api.Gradebook], None] = _prepare_nothing
) -> Iterator[api.Gradebook]:
    """Open the gradebook at `url`; `prepare` runs while other processes of ours are locked out.

    Raises CourseError if the URL or its target is no gradebook, HostError if it cannot be reached.
    """
    address = _parse_url(url)
    printable_url = repr(make_url(url))  # without the password
    with warnings.catch_warnings(), _database_errors(printable_url):
        warnings.filterwarnings("ignore", category=SAWarning, module=r"nbgrader\.api")
        with _exclusive_lock(address):
            _create_tables(address, printable_url)
            gradebook = api.Gradebook(address.render_as_string(hide_password=False), course)
            try:
                prepare(gradebook)
            except BaseException:
                gradebook.close()
                raise
        with gradebook:
            yield gradebook


def _parse_url(text: str) -> URL:
    """Return the URL with its driver; CourseError if the text is none."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # ValueError: the port is no number
        raise CourseError(f"{text}: no database URL; expected one such as {URL_EXAMPLES}") from None
    if url.drivername in ("postgresql", "postgres"):
        # SQLAlchemy's default driver depends on its version.
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() != "sqlite":
        return url
    if not url.database or not Path(url.database).absolute().parent.is_dir():
        raise CourseError(
            f"{text}: no file in a folder that exists; expected a URL such as {URL_EXAMPLES}"
        )
    if "timeout" in url.query:
        return url
    return url.update_query_dict({"timeout": str(SQLITE_TIMEOUT_S)})


@contextmanager
def _exclusive_lock(url: URL) -> Iterator[None]:
    """Lock out other processes of ours: nbgrader's creation of a gradebook has race conditions."""
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
        return
    with create_engine(url, poolclass=NullPool).connect() as connection:
        if url.get_backend_name() == "postgresql":  # held until the connection is closed
            connection.execute(text(f"select pg_advisory_lock({ADVISORY_LOCK_KEY})"))
        yield


def _create_tables(url: URL, name: str) -> None:
    """Create missing tables with the version that `nbgrader db upgrade` looks for.

    nbgrader would run the program `alembic` for it, which is only on the PATH if its environment
    is activated.
    """
    script = ScriptDirectory(ALEMBIC_DIR)
    with create_engine(url, poolclass=NullPool).begin() as connection:
        tables = set(inspect(connection).get_table_names())
        gradebook_tables = {*api.Base.metadata.tables, "alembic_version"}
        if GRADEBOOK_TABLE not in tables and not tables <= gradebook_tables:
            raise CourseError(
                f"{name}: no gradebook, but something with tables of its own; name another --db"
            )
        context = MigrationContext.configure(connection)
        version, newest = context.get_current_revision(), script.get_current_head()
        if version is None:
            api.Base.metadata.create_all(connection)
        missing = _missing_column(connection)
        if missing:
            remedy = "run `nbgrader db upgrade` in its folder, or upgrade nbgrader"
            raise CourseError(f"{name}: of another version of nbgrader (no {missing}); {remedy}")
        if version is None and newest is not None:
            context.stamp(script, newest)


def _missing_column(connection: Connection) -> str:
    """Return the first column of this version of nbgrader that is missing; empty if none is."""
    inspector = inspect(connection)
    tables = inspector.get_table_names()
    for table in api.Base.metadata.sorted_tables:
        present = set()
        if table.name in tables:
            present = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in present:
                return f"{table.name}.{column.name}"
    return ""


@contextmanager
def _database_errors(name: str) -> Iterator[None]:
    """Turn a database's errors into one-line errors of ours."""
    try:
        yield
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        if "'psycopg'" in str(error):
            remedy = "pip install 'dl-course-autograder[postgresql]'"
        else:
            remedy = f"expected a URL such as {URL_EXAMPLES}"
        raise HostError(f"{name}: no driver for it ({error}); {remedy}") from error
    except DBAPIError as error:
        message = str(error.orig).strip().split("\n")[0]
        if "locked" in message:
            raise HostError(
                f"{name}: in use by another program; try again when that is done"
            ) from error
        if "not a database" in message:
            raise CourseError(f"{name}: a file, but no gradebook; name another --db") from error
        raise HostError(f"{name}: {message}") from error
