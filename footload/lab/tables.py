"""The tables of the laboratory's database. Every row but those of findings is one document in the folder.

Trials are listed by one text, `listed`: day of the session, moment of adding, id. Every index of a filter ends with it,
so that a page is a few steps along an index wherever it lies.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

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


def _ordered(name: str, *, key: bool = False) -> sa.Column[object]:
    """Text that is compared byte by byte, on every server."""
    return sa.Column(name, sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql"), primary_key=key)


def _to(name: str, table: str, *, needed: bool = True, index: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.String(120), sa.ForeignKey(f"{table}.id"), nullable=not needed, index=index)


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
sessions: Final = _table(
    "sessions",
    _to("participant_id", "participants", index=False),
    _text("date"),
    _text("note"),
    sa.Index("ix_sessions_date_id", "date", "id"),
    sa.Index("ix_sessions_participant_id_date_id", "participant_id", "date", "id"),
)
trials: Final = _table(
    "trials",
    _to("session_id", "sessions", index=False),
    _to("participant_id", "participants", index=False),
    _to("condition_id", "conditions", needed=False, index=False),
    _to("device_id", "devices", needed=False, index=False),
    _text("date"),
    _text("task"),
    _text("side"),
    _text("source"),
    sa.Column("duration_s", sa.Float),
    sa.Column("n_findings", sa.Integer),
    _text("footload"),
    sa.Column("parameters", sa.JSON),
    _text("added_at"),
    _text("note"),
    _text("quality"),
    _text("quality_codes"),
    _ordered("listed"),
    sa.Index("ix_trials_listed", "listed", unique=True),
    sa.Index("ix_trials_marks", "listed", "task", "condition_id", "device_id", "quality"),
    *(
        sa.Index(f"ix_trials_{name}_listed", name, "listed")
        for name in ("session_id", "participant_id", "condition_id", "device_id", "task", "quality")
    ),
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
    _text("quality"),
    sa.Index("ix_findings_metric_trial_id", "metric", "trial_id"),
)
measured: Final = sa.Table(
    "measured",
    metadata,
    _ordered("listed", key=True),
    sa.Column("metric", sa.Text, primary_key=True),
    sa.Column("least", sa.Float, nullable=False),
    sa.Column("greatest", sa.Float, nullable=False),
    sa.Index("ix_measured_metric_listed", "metric", "listed", "least", "greatest"),
    sqlite_with_rowid=False,
)
"""Least and greatest value of each metric in each trial, in the order in which trials are listed."""

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
audit: Final = _table(
    "audit",
    _text("at"),
    _text("by"),
    _text("action"),
    _text("kind"),
    _text("subject"),
    *(sa.Index(f"ix_audit_{name}_id", name, "id") for name in ("by", "kind", "subject")),
)

KINDS: Final[dict[str, sa.Table]] = {
    table.name: table
    for table in (participants, conditions, devices, calibrations, sessions, trials, assessments, sign_offs, audit)
}
"""Tables of documents, in the order in which rows can be inserted."""

CHANGING: Final = ("participants", "conditions", "devices", "sessions")
"""Kinds whose documents may be written again; all others are written once."""
