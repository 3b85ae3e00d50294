"""What a database is asked, over SQLAlchemy and over the driver itself."""

from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from qms.storage.direct import Direct


@contextmanager
def noted(note):
    """Tell each statement with what is bound to it, and the driver's own connection."""

    def executed(connection, cursor, statement, parameters, *more):
        note(statement, parameters, connection.connection.driver_connection)

    plain = Direct.reading

    @contextmanager
    def reading(self):
        with plain(self) as run:
            connection = run.__self__

            def counted(statement, bound):
                note(statement, bound, connection)
                return run(statement, bound)

            note("BEGIN", (), connection)
            yield counted

    event.listen(Engine, "before_cursor_execute", executed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Direct, "reading", reading)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", executed)
