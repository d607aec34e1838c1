"""Pages of trials by day: one index that holds all that is asked."""

from __future__ import annotations

from alembic import op

revision = "2"
down_revision = "1"


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_trials_listed", "trials", ["date", "added_at", "id", "participant_id", "task", "condition_id"])
