"""Which marker is which: labels of common marker sets, and a file for others."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Final, cast

from footload.arrays import FloatArray
from footload.recordings import MarkerRecording, Side

_LETTER: Final = {Side.LEFT: "L", Side.RIGHT: "R"}


@lru_cache(maxsize=1)
def known_roles() -> Mapping[str, tuple[str, ...]]:
    """What a marker can stand for, and the names it goes by.

    Returns
    -------
    mapping of str to tuple of str
        Patterns with ``{S}`` for L or R and ``{side}`` for left or right.
    """
    table = tomllib.loads((files("footload.markers") / "labels.toml").read_text(encoding="utf-8"))
    return MappingProxyType({role: tuple(names) for role, names in table["roles"].items()})


@dataclass(frozen=True, slots=True, eq=False)
class MarkerLabels:
    """The labels of one recording, by side and role.

    Parameters
    ----------
    recording : MarkerRecording
        The markers.
    found : mapping of (Side, role) to str
        Labels as they stand in the recording.
    """

    recording: MarkerRecording
    found: Mapping[tuple[Side, str], str]

    def has(self, side: Side, *roles: str) -> bool:
        """Whether every one of these roles has a marker.

        Parameters
        ----------
        side : Side
            Which leg.
        *roles : str
            As in `known_roles`.

        Returns
        -------
        bool
            False when one is missing.
        """
        return all((side, role) in self.found for role in roles)

    def of(self, side: Side, role: str) -> FloatArray:
        """(t, 3) places of the marker in a role. [mm]

        Parameters
        ----------
        side : Side
            Which leg.
        role : str
            As in `known_roles`.

        Returns
        -------
        (t, 3) array
            NaN where it was not seen. [mm]

        Raises
        ------
        KeyError
            When the recording has no such marker; the message says under which names it was sought.
        """
        if (side, role) not in self.found:
            names = ", ".join(_names(side, role))
            raise KeyError(f"There is no marker for the {side} {role.replace('_', ' ')}; sought as {names}.")
        return self.recording.of(self.found[side, role])


def find_labels(recording: MarkerRecording, mapping: Mapping[Side, Mapping[str, str]] | None = None) -> MarkerLabels:
    """Find out what the markers of a recording stand for.

    Parameters
    ----------
    recording : MarkerRecording
        The markers.
    mapping : mapping of Side to mapping of role to label, optional
        What a person says; comes before the common names. As from `read_mapping`.

    Returns
    -------
    MarkerLabels
        Roles without a marker are left out.

    Raises
    ------
    KeyError
        When the mapping names a role or a label that is not there.
    """
    by_plain: dict[str, str] = {}
    for label in recording.labels:
        by_plain.setdefault(_plain(label), label)
    found: dict[tuple[Side, str], str] = {}
    for side in Side:
        for role in known_roles():
            label = next((by_plain[name] for name in map(_plain, _names(side, role)) if name in by_plain), None)
            if label is not None:
                found[side, role] = label
    for side, roles in (mapping or {}).items():
        for role, label in roles.items():
            found[side, role] = _checked(recording.labels, role, label)
    return MarkerLabels(recording, MappingProxyType(found))


def read_mapping(path: Path | str) -> Mapping[Side, Mapping[str, str]]:
    """Read a file that says which marker is which: TOML with the tables ``left`` and ``right``, role = "label".

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    mapping of Side to mapping of role to label
        For `find_labels`.

    Raises
    ------
    ValueError
        When it is not TOML, or has another table, an unknown role, or a label that is no text; the message names the
        file.
    """
    path = Path(path)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: it is not TOML ({error}).") from error
    found: dict[Side, Mapping[str, str]] = {}
    for name, roles in table.items():
        if name not in {"left", "right"} or not isinstance(roles, dict):
            raise ValueError(f"{path.name}: {name!r} stands in it, but only the tables [left] and [right] are known.")
        labels = cast("dict[str, object]", roles)
        for role, label in labels.items():
            if role not in known_roles():
                raise ValueError(f"{path.name}: {role!r} is no role; known: {', '.join(known_roles())}.")
            if not isinstance(label, str):
                raise ValueError(f"{path.name}: {role} is {label!r}, but a label is a text in quotes.")  # noqa: TRY004 - a file's mistake
        found[Side(name)] = MappingProxyType({role: str(label) for role, label in labels.items()})
    return MappingProxyType(found)


def relabeled(recording: MarkerRecording, mapping: Mapping[Side, Mapping[str, str]]) -> MarkerRecording:
    """Give markers the names that their roles commonly have, as a person says which marker is which.

    Parameters
    ----------
    recording : MarkerRecording
        The markers.
    mapping : mapping of Side to mapping of role to label
        As from `read_mapping`.

    Returns
    -------
    MarkerRecording
        With one more line of history; a marker that had such a name before keeps it with "(not used)".

    Raises
    ------
    KeyError
        When the mapping names a role or a label that is not there.
    """
    named: dict[str, str] = {}
    for side, roles in mapping.items():
        for role, label in roles.items():
            named[_checked(recording.labels, role, label)] = _names(side, role)[0]
    taken = {_plain(name) for name in named.values()}
    labels = tuple(
        named.get(label, f"{label} (not used)" if _plain(label) in taken else label) for label in recording.labels
    )
    said = ", ".join(f"{label} is {name}" for label, name in named.items())
    return recording.with_step(f"markers named by a person: {said}", labels=labels)


def _checked(labels: Sequence[str], role: str, label: str) -> str:
    if role not in known_roles():
        raise KeyError(f"{role!r} is no role; known: {', '.join(known_roles())}.")
    if label not in labels:
        raise KeyError(f"There is no marker {label!r} for the role {role!r}; there are: {', '.join(labels)}.")
    return label


def _names(side: Side, role: str) -> list[str]:
    return [name.format(S=_LETTER[side], side=str(side)) for name in known_roles().get(role, ())]


def _plain(label: str) -> str:
    return "".join(letter for letter in label.rpartition(":")[2].lower() if letter.isalnum())
