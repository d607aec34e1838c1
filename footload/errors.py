"""The exceptions a program may want to react to; everything else is `ValueError`, `KeyError` or `TypeError`.

A message is a sentence: what was wrong, the value, what would be right.
"""

from __future__ import annotations

from pathlib import Path


class FootloadError(Exception):
    """The root of the house's own exceptions."""


class UnreadableTrialError(FootloadError):
    """A file could not be read as a trial.

    Example scenarios
    -----------------
    - An export that was cut off in the middle of a frame.
    - A binary file that was given the name of a text export.
    - An empty file.
    """

    def __init__(self, path: Path | str, what: str) -> None:
        super().__init__(f"{Path(path).name}: {what}")
        self.path = Path(path)
        self.what = what

    def __reduce__(self) -> tuple[type[UnreadableTrialError], tuple[Path, str]]:
        """Travel between processes with the file and the sentence apart, as they were given."""
        return type(self), (self.path, self.what)


class UnknownFormatError(UnreadableTrialError):
    """No reader recognises the file.

    Example scenarios
    -----------------
    - A photo dropped on the import page.
    - A vendor format that no reader was written for yet.
    """


class AmbiguousFormatError(UnreadableTrialError):
    """More than one reader claims the file, so the format has to be named.

    Example scenarios
    -----------------
    - An outside package brings a second reader for a format that footload reads itself.
    """


class UndefinedMetricError(FootloadError):
    """A metric has no value here; the message is the reason that the finding carries beside its NaN.

    Example scenarios
    -----------------
    - The foot was never loaded above the threshold, so it has no centre of pressure.
    - The contact has no toes, so the toeless footprint is not known.
    """


class UnresolvedTrialError(FootloadError):
    """A trial holds nothing that this analysis can work on.

    Example scenarios
    -----------------
    - A recording without any pressure mat or force plate in it.
    """


class DeviceError(FootloadError):
    """The root of everything that goes wrong with a device."""


class DeviceNotFoundError(DeviceError):
    """The port does not exist, cannot be opened, or is in use.

    Example scenarios
    -----------------
    - A typing error in the port's name.
    - Another program already has the port open.
    """


class DeviceSilentError(DeviceError):
    """The port is open but nothing that can be understood arrives.

    Example scenarios
    -----------------
    - The device is switched off, or the baud rate is wrong.
    - The profile of another device was chosen.
    """


class DeviceLostError(DeviceError):
    """The device went away while it was being read.

    Example scenarios
    -----------------
    - The USB cable was pulled.
    """


class ProfileError(DeviceError):
    """A device profile is not valid.

    Example scenarios
    -----------------
    - A key that no profile has, usually a typing error; the nearest known one is named.
    - A framing kind without the fields it needs.
    """


class RecordingError(FootloadError):
    """A recording cannot be written.

    Example scenarios
    -----------------
    - The file exists already; recordings are never overwritten.
    - The disk is full.
    """


class EvidenceError(FootloadError):
    """An evidence table (decision data, references) contradicts itself or is incomplete.

    Example scenarios
    -----------------
    - A rule cites a source that `references.toml` does not hold.
    """
