"""Run by Alembic: migrates over the connection that `upgrade` holds, inside its transaction."""

from alembic import context

from portal.records.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter a table in place
    transactional_ddl=True,
)
context.run_migrations()
