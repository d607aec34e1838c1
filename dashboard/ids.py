"""Every id of every component, once."""

from __future__ import annotations

from typing import Final

LOCATION: Final = "location"
PAGE: Final = "page"
PAGE_TITLE: Final = "page-title"
TITLE_SINK: Final = "title-sink"
SCHEME: Final = "scheme-toggle"
TEMPLATES: Final = "templates"
NOTICES: Final = "notices"
HELP: Final = "help"
HELP_BUTTON: Final = "help-button"
HELP_FIND: Final = "help-find"
HELP_FOUND: Final = "help-found"
HELP_VALUES: Final = "help-values"
MENU_BUTTON: Final = "menu-button"
MENU: Final = "menu"
SKIP_LINK: Final = "skip-link"
WHO: Final = "who"
TO_RECORD: Final = "to-record"

TRIAL_LIST: Final = "trial-list"
REFRESH_LIST: Final = "refresh-list"

TRIAL_ID: Final = "trial-id"
CONTACT: Final = "contact"
CONTACT_FINDINGS: Final = "contact-findings"
SMOOTH: Final = "smooth"

KNEE: Final = "knee"

REPORT_CLINIC: Final = "report-clinic"
REPORT_SECTIONS: Final = "report-sections"
REPORT_MORE: Final = "report-more"
REPORT_LINKS: Final = "report-links"
REPORT_BY: Final = "report-by"
REPORT_STATEMENT: Final = "report-statement"
REPORT_SIGN: Final = "report-sign"
REPORT_ANSWER: Final = "report-answer"
REPORT_KEPT: Final = "report-kept"

COMPARE_SET: Final = "compare-set"
COMPARE_CONDITIONS: Final = "compare-conditions"
COMPARE_OPTION: Final = "compare-option"
COMPARE_GO: Final = "compare-go"
COMPARE_ANSWER: Final = "compare-answer"
COMPARE_ASKED: Final = "compare-asked"
COMPARE_FOUND: Final = "compare-found"

DEVICE_STATE: Final = "device-state"
DEVICE_TICK: Final = "device-tick"

LIVE_TABLE: Final = "live-table"
LIVE_SINK: Final = "live-sink"
LIVE_CHOICES_SINK: Final = "live-choices-sink"
LIVE_SOURCE: Final = "live-source"
LIVE_PROFILE: Final = "live-profile"
LIVE_SECOND: Final = "live-second"
LIVE_SECOND_PROFILE: Final = "live-second-profile"
LIVE_CONNECT: Final = "live-connect"
LIVE_DISCONNECT: Final = "live-disconnect"
LIVE_ZERO: Final = "live-zero"
LIVE_RECORD: Final = "live-record"
LIVE_MARK: Final = "live-mark"
LIVE_STOP: Final = "live-stop"
LIVE_PARTICIPANT: Final = "live-participant"
LIVE_TASK: Final = "live-task"
LIVE_CONDITION: Final = "live-condition"
LIVE_NOTE: Final = "live-note"
LIVE_ANSWER: Final = "live-answer"
LIVE_LAST: Final = "live-last"
LIVE_RECORDED: Final = "live-recorded"
LIVE_KEPT: Final = "live-kept"
LIVE_KEEP: Final = "live-keep"
LIVE_KEEP_WHAT: Final = "live-keep-what"
LIVE_KEEP_WHO: Final = "live-keep-who"
LIVE_KEEP_CONDITION: Final = "live-keep-condition"
LIVE_KEEP_ANSWER: Final = "live-keep-answer"
LIVE_KEEP_JOB: Final = "live-keep-job"
LIVE_KEEP_TICK: Final = "live-keep-tick"
LIVE_AWAY: Final = "live-away"
LIVE_STATE: Final = "live-state"
LIVE_DEVICE: Final = "live-device"
LIVE_FILE: Final = "live-file"
LIVE_PROBLEM: Final = "live-problem"
LIVE_EMPTY: Final = "live-empty"
LIVE_MAT: Final = "live-mat"
LIVE_SECOND_MAT: Final = "live-mat-2"
LIVE_MAT_PLACE: Final = "live-mat-place"
LIVE_PLATES: Final = "live-plates"
LIVE_PLATES_PLACE: Final = "live-plates-place"
LIVE_PLATES_WORDS: Final = "live-plates-words"
LIVE_TRACE_KEY: Final = "live-trace-key"
LIVE_HEALTH: Final = "live-health"
LIVE_TRACE: Final = "live-trace"
LIVE_SHARE: Final = "live-share"
LIVE_KEY_HIGH: Final = "live-key-high"
LIVE_DRAW: Final = "live-draw"
LIVE_SCALE: Final = "live-scale"
LIVE_IMAGE: Final = "live-image"

GAUGE: Final = "gauge"
GAUGE_SOUND: Final = "gauge-sound"
GAUGE_FEET: Final = "gauge-feet"
GAUGE_NUMBERS: Final = "gauge-numbers"
GAUGE_TOLD: Final = "gauge-told"
GAUGE_DELAY: Final = "gauge-delay"
GAUGE_MEASURE: Final = "gauge-measure"
GAUGE_SINK: Final = "gauge-sink"
PROTOCOL_CONDITIONS: Final = "protocol-conditions"
PROTOCOL_N: Final = "protocol-n"
PROTOCOL_COUNTDOWN: Final = "protocol-countdown"
PROTOCOL_LOW: Final = "protocol-low"
PROTOCOL_HIGH: Final = "protocol-high"
PROTOCOL_SIDE: Final = "protocol-side"
PROTOCOL_LENGTH: Final = "protocol-length"
PROTOCOL_WIDTH: Final = "protocol-width"
PROTOCOL_START: Final = "protocol-start"
PROTOCOL_GO: Final = "protocol-go"
PROTOCOL_END: Final = "protocol-end"
PROTOCOL_TEXT: Final = "protocol-text"
PROTOCOL_PROBLEM: Final = "protocol-problem"

REPLAY: Final = "replay"
REPLAY_SINK: Final = "replay-sink"
REPLAY_MAT: Final = "replay-mat"
REPLAY_TRACE: Final = "replay-trace"
REPLAY_CONTROLS: Final = "replay-controls"
REPLAY_KEY_HIGH: Final = "replay-key-high"
REPLAY_STATE: Final = "replay-state"
REPLAY_BODY: Final = "replay-body"
REPLAY_NOTES: Final = "replay-notes"

CONTEXT: Final = "context"
UPLOAD_ZONE: Final = "upload-zone"
UPLOAD_SINK: Final = "upload-sink"
UPLOAD_PARTICIPANT: Final = "upload-participant"
UPLOAD_DATE: Final = "upload-date"
UPLOAD_TASK: Final = "upload-task"
UPLOAD_CONDITION: Final = "upload-condition"
JOBS: Final = "jobs"
JOBS_TICK: Final = "jobs-tick"
JOBS_SEEN: Final = "jobs-seen"
JOBS_BEGUN: Final = "jobs-begun"
JOB_CANCEL_TYPE: Final = "job-cancel"
SESSIONS: Final = "sessions"
SESSIONS_PAGE: Final = "sessions-page"
SESSIONS_ADDRESS: Final = "sessions-address"
SESSIONS_STALE: Final = "sessions-stale"
SESSIONS_PARTICIPANT: Final = "sessions-participant"
SESSIONS_TASK: Final = "sessions-task"
SESSIONS_CONDITION: Final = "sessions-condition"
SESSIONS_SINCE: Final = "sessions-since"
SESSIONS_UNTIL: Final = "sessions-until"
SESSIONS_QUALITY: Final = "sessions-quality"
SESSIONS_SHOW: Final = "sessions-show"
SESSIONS_AGAIN: Final = "sessions-again"
SESSIONS_KEEP: Final = "sessions-again-keep"
SESSIONS_EXPORT: Final = "sessions-export"
SESSIONS_EXPORT_KIND: Final = "sessions-export-kind"
SESSIONS_MAKE: Final = "sessions-make"
EDIT: Final = "edit"
EDIT_SUBJECT: Final = "edit-subject"
EDIT_SHOWN: Final = "edit-shown"
EDIT_SAVE: Final = "edit-save"
EDIT_ANSWER: Final = "edit-answer"
EDIT_TYPE: Final = "edit-field"

DRAWN_DATA: Final = "drawn-data"
DRAWN_SINK: Final = "drawn-sink"
DRAWN_EDIT: Final = "drawn-edit"
DRAWN_PLACE: Final = "drawn-place"
DRAWN_BY: Final = "drawn-by"
DRAWN_ANSWER: Final = "drawn-answer"
DRAWN_HISTORY: Final = "drawn-history"
DRAWN_GO_TYPE: Final = "drawn-go"
TOLD: Final = "told"
TOLD_ASKED: Final = "told-asked"
TOLD_TEXT: Final = "told-text"
TRIAL_TOP: Final = "trial-top"
TRIAL_REST: Final = "trial-rest"

CLINICAL_TYPE: Final = "clinical"
GRAPH_TYPE: Final = "graph"
PRESSURE_MAP: Final = "pressure-map"
FORCE_AND_COP: Final = "force-and-cop"
MEDIAL_SHIFT: Final = "medial-shift"
SHIFT_OVER_TIME: Final = "shift-over-time"
SHIFT_OVER_DEPTH: Final = "shift-over-depth"
SHIFT_OVER_FORCE: Final = "shift-over-force"
KNEE_OVER_TIME: Final = "knee-over-time"
ASYMMETRY: Final = "asymmetry"
REPETITION_APART: Final = "repetition"
MEAN_PRINTS: Final = "mean-prints"
GAIT_LINES: Final = "gait-lines"
CONDITION_CURVES: Final = "condition-curves"


def live_number_id(name: str) -> str:
    """Make the id of a number that the live view's script writes.

    Parameters
    ----------
    name : str
        Such as ``force``.

    Returns
    -------
    str
        What the script looks for.
    """
    return f"live-{name}"


def graph_id(name: str) -> dict[str, str]:
    """Make the id of a graph, so that all graphs can be reached at once.

    Parameters
    ----------
    name : str
        One of the names above.

    Returns
    -------
    dict
        For `ALL` in a callback.
    """
    return {"type": GRAPH_TYPE, "name": name}


def drawn_go(where: str) -> dict[str, str]:
    """Make the id of a button that goes to another state of the drawn feet.

    Parameters
    ----------
    where : str
        ``undo``, ``redo``, ``automatic`` or the number of an edit.

    Returns
    -------
    dict
        For `ALL` in a callback.
    """
    return {"type": DRAWN_GO_TYPE, "where": where}


def clinical_id(name: str, part: str = "") -> dict[str, str]:
    """Make the id of a field of the clinical form.

    Parameters
    ----------
    name : str
        Name of the input.
    part : str
        ``left`` or ``right`` where there is one for each side.

    Returns
    -------
    dict
        For `ALL` in a callback.
    """
    return {"type": CLINICAL_TYPE, "name": name, "part": part}


def edit_id(name: str) -> dict[str, str]:
    """Make the id of a field of what is edited in the laboratory.

    Parameters
    ----------
    name : str
        Name of the column.

    Returns
    -------
    dict
        For `ALL` in a callback.
    """
    return {"type": EDIT_TYPE, "name": name}


def job_cancel_id(job: str) -> dict[str, str]:
    """Make the id of the button that cancels a job.

    Parameters
    ----------
    job : str
        The job's.

    Returns
    -------
    dict
        For `ALL` in a callback.
    """
    return {"type": JOB_CANCEL_TYPE, "name": job}
