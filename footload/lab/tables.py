"""The tables of the laboratory's database. Every row but those of findings is one document in the folder."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

metadata: Final = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _table(name: str, *columns: sa.Column[object] | sa.Index) -> sa.Table:
    """A table of documents: its key, its columns, the fingerprint of the document."""
    key = sa.Column("id", sa.String(120), primary_key=True)
    return sa.Table(name, metadata, key, *columns, sa.Column("document_sha256", sa.String(64), nullable=False))


def _text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Text)


def _to(name: str, table: str, *, needed: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.String(120), sa.ForeignKey(f"{table}.id"), nullable=not needed, index=True)


participants: Final = _table(
    "participants",
    _text("sex"),
    sa.Column("birth_year", sa.Integer),
    sa.Column("body_mass_kg", sa.Float),
    sa.Column("healthy", sa.Boolean),
    _text("note"),
)
conditions: Final = _table("conditions", _text("footwear"), _text("device"), _text("note"))
devices: Final = _table("devices", _text("name"), _text("serial_number"), _text("profile"), _text("note"))
calibrations: Final = _table(
    "calibrations", _to("device_id", "devices"), _text("at"), sa.Column("content", sa.JSON), _text("note")
)
sessions: Final = _table("sessions", _to("participant_id", "participants"), _text("date"), _text("note"))
trials: Final = _table(
    "trials",
    _to("session_id", "sessions"),
    sa.Column("participant_id", sa.String(120), sa.ForeignKey("participants.id"), nullable=False),
    _to("condition_id", "conditions", needed=False),
    _to("device_id", "devices", needed=False),
    _text("date"),
    _text("task"),
    _text("side"),
    _text("source"),
    sa.Column("duration_s", sa.Float),
    sa.Column("n_findings", sa.Integer),
    _text("footload"),
    sa.Column("parameters", sa.JSON),
    _text("added_at"),
    sa.Index("ix_trials_added_at_id", "added_at", "id"),
    sa.Index("ix_trials_participant_id_added_at", "participant_id", "added_at"),
    sa.Index("ix_trials_task_added_at", "task", "added_at"),
    sa.Index("ix_trials_listed", "date", "added_at", "id", "participant_id", "task", "condition_id"),
)
findings: Final = sa.Table(
    "findings",
    metadata,
    sa.Column("trial_id", sa.String(120), sa.ForeignKey("trials.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("metric", sa.Text, nullable=False),
    sa.Column("value", sa.Float),
    _text("unit"),
    _text("side"),
    _text("region"),
    sa.Column("contact", sa.Integer),
    sa.Column("repetition", sa.Integer),
    sa.Column("uncertainty", sa.Float),
    _text("status"),
    _text("reason"),
    _text("notes"),
    _text("citation"),
    sa.Index("ix_findings_metric_trial_id", "metric", "trial_id"),
)
assessments: Final = _table(
    "assessments",
    _to("participant_id", "participants"),
    _to("session_id", "sessions", needed=False),
    _text("at"),
    sa.Column("content", sa.JSON),
)
sign_offs: Final = _table(
    "sign_offs",
    _to("assessment_id", "assessments"),
    _text("by"),
    _text("at"),
    _text("statement"),
    _text("assessment_sha256"),
)
audit: Final = _table("audit", _text("at"), _text("by"), _text("action"), _text("kind"), _text("subject"))

KINDS: Final[dict[str, sa.Table]] = {
    table.name: table
    for table in (participants, conditions, devices, calibrations, sessions, trials, assessments, sign_offs, audit)
}
"""Tables of documents, in the order in which rows can be inserted."""

CHANGING: Final = ("participants", "conditions", "devices", "sessions")
"""Kinds whose documents may be written again; all others are written once."""
