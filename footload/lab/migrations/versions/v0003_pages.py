"""Pages of trials along one text, in any filter; quality and notes; the least and the greatest value of each metric."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "3"
down_revision = "2"

_ORDERED = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_OUTDATED = {
    "sessions": ("ix_sessions_participant_id",),
    "trials": (
        "ix_trials_listed",
        "ix_trials_added_at_id",
        "ix_trials_participant_id_added_at",
        "ix_trials_task_added_at",
        "ix_trials_session_id",
        "ix_trials_condition_id",
        "ix_trials_device_id",
    ),
}


def upgrade() -> None:
    """Add the columns, fill what the rows themselves tell, and change the indexes."""
    for name in ("note", "quality", "quality_codes"):
        op.add_column("trials", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("trials", sa.Column("listed", _ORDERED, nullable=True))
    op.add_column("findings", sa.Column("quality", sa.Text(), nullable=True))
    op.execute("UPDATE trials SET listed = coalesce(date, '') || '|' || coalesce(added_at, '') || '|' || id")
    op.create_table(
        "measured",
        sa.Column("listed", _ORDERED, nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("least", sa.Float(), nullable=False),
        sa.Column("greatest", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("listed", "metric", name=op.f("pk_measured")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO measured (listed, metric, least, greatest) "
        "SELECT trials.listed, findings.metric, min(findings.value), max(findings.value) "
        "FROM findings JOIN trials ON trials.id = findings.trial_id "
        "WHERE findings.value IS NOT NULL GROUP BY trials.listed, findings.metric"
    )
    for table, names in _OUTDATED.items():
        for name in names:
            op.drop_index(name, table_name=table)
    op.create_index("ix_measured_metric_listed", "measured", ["metric", "listed", "least", "greatest"])
    op.create_index("ix_sessions_date_id", "sessions", ["date", "id"])
    op.create_index("ix_sessions_participant_id_date_id", "sessions", ["participant_id", "date", "id"])
    op.create_index("ix_trials_listed", "trials", ["listed"], unique=True)
    op.create_index("ix_trials_marks", "trials", ["listed", "task", "condition_id", "device_id", "quality"])
    for name in ("session_id", "participant_id", "condition_id", "device_id", "task", "quality"):
        op.create_index(f"ix_trials_{name}_listed", "trials", [name, "listed"])
    for name in ("by", "kind", "subject"):
        op.create_index(f"ix_audit_{name}_id", "audit", [name, "id"])
