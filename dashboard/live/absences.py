"""Devices that went away and came back, as people are told of it."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.live.status import DeviceHealth


class Absences:
    """Remembers since when devices are away."""

    def __init__(self) -> None:
        self._since_s: dict[str, float] = {}

    def told(self, devices: Iterable[DeviceHealth], now_s: float, begun_s: float | None) -> str:
        """Look at the devices once more.

        Parameters
        ----------
        devices : iterable of DeviceHealth
            As they are now.
        now_s : float
            On the clock of `begun_s`. [s]
        begun_s : float, optional
            When the recording began that is running; None without one. [s]

        Returns
        -------
        str
            A sentence when one of them came back just now; empty otherwise.
        """
        for each in devices:
            if not each.connected:
                self._since_s.setdefault(each.name, now_s)
                continue
            since_s = self._since_s.pop(each.name, None)
            if since_s is not None:
                where = "" if begun_s is None else _in_recording(max(since_s - begun_s, 0.0))
                return f"{each.name} went away and came back after {now_s - since_s:.1f} s{where}."
        return ""


def _in_recording(from_s: float) -> str:
    return f"; the gap from {from_s:.1f} s on is marked in the recording, which goes on"
