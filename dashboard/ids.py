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
SKIP_LINK: Final = "skip-link"

TRIAL_LIST: Final = "trial-list"
REFRESH_LIST: Final = "refresh-list"

TRIAL_ID: Final = "trial-id"
CONTACT: Final = "contact"
CONTACT_FINDINGS: Final = "contact-findings"
SMOOTH: Final = "smooth"

KNEE: Final = "knee"

CLINICAL_TYPE: Final = "clinical"
GRAPH_TYPE: Final = "graph"
PRESSURE_MAP: Final = "pressure-map"
FORCE_AND_COP: Final = "force-and-cop"
MEDIAL_SHIFT: Final = "medial-shift"


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
