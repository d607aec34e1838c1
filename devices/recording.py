"""Reading a recording back: bytes as they were, or a trial; of a damaged file, everything that is whole."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from devices.container import EVENTS_TOPIC, OPENING_TOPIC, STOP_NAME, Container, Message, is_recording
from footload.errors import ProfileError, UnreadableTrialError
from footload.readers.registry import Reader

if TYPE_CHECKING:
    from devices.assemble import Decoded
    from devices.framing.decoder import Counters, Frame
    from devices.opening import Opening
    from devices.raw_log import Chunk
    from footload.recordings import ForceRecording, PressureRecording
    from footload.trials import Event, Trial

SYNC = "sync"
"""The event that says how a device is shifted against the first one."""


@dataclass(frozen=True, slots=True)
class RawRecording:
    """A recording before anything is decoded.

    Parameters
    ----------
    opening : Opening
        Trial, clocks and devices.
    chunks : tuple of tuple of Chunk
        For each device its reads, bit for bit.
    marks : tuple of Message
        The events channel.
    stop : dict
        What was known at the end; empty when the recording has no proper end.
    recovery : str
        What is damaged and what was lost with it; empty when nothing is.
    """

    opening: Opening
    chunks: tuple[tuple[Chunk, ...], ...]
    marks: tuple[Message, ...]
    stop: dict[str, Any]
    recovery: str


def read_recording(path: Path | str) -> RawRecording:
    """Read a recording's bytes, as many as are whole.

    Parameters
    ----------
    path : path
        An `.mcap` file of footload.

    Returns
    -------
    RawRecording
        With a sentence about what was lost, where something was.

    Raises
    ------
    UnreadableTrialError
        When it is not a recording of footload, or nothing in it can be used.
    """
    from devices.opening import Opening, raw_topic
    from devices.raw_log import Chunk

    path = Path(path)
    container = Container(path)
    opening: Opening | None = None
    by_topic: dict[str, list[Chunk]] = {}
    marks: list[Message] = []
    try:
        for message in container.messages():
            if message.topic == OPENING_TOPIC:
                opening = Opening.from_json(message.data.decode())
            elif message.topic == EVENTS_TOPIC:
                marks.append(message)
            else:
                by_topic.setdefault(message.topic, []).append(Chunk(message.monotonic_ns, message.data))
    except OSError as error:
        raise UnreadableTrialError(path, f"cannot be read ({error.strerror or error}).") from error
    except (ValueError, ProfileError) as error:
        raise UnreadableTrialError(path, f"is not a recording that this version understands: {error}") from error
    if opening is None:
        what = container.damage or "there is no opening message"
        raise UnreadableTrialError(
            path,
            f"nothing can be recovered: {what}, at byte {container.stopped_at}, before anything usable was written.",
        )
    chunks = tuple(tuple(by_topic.get(raw_topic(number), ())) for number in range(len(opening.devices)))
    stop = json.loads(container.metadata.get(STOP_NAME, {}).get("summary", "{}"))
    # A file that was written from a damaged one goes on saying so.
    recovery = _recovery(container, opening, chunks) or str(stop.get("recovered", ""))
    return RawRecording(opening, chunks, tuple(marks), stop, recovery)


def read_raw(path: Path | str, device: int = 0) -> tuple[Chunk, ...]:
    """A device's reads, bit for bit as they were recorded.

    Parameters
    ----------
    path : path
        An `.mcap` file of footload.
    device : int
        Which device, from 0.

    Returns
    -------
    tuple of Chunk
        In order.

    Raises
    ------
    UnreadableTrialError
        When nothing in the file can be used.
    """
    return read_recording(path).chunks[device]


def load(path: Path) -> Trial:
    """Read a recording as a trial, decoded by the profiles stored in it.

    Parameters
    ----------
    path : path
        An `.mcap` file of footload.

    Returns
    -------
    Trial
        What was found and lost stands in its notes.

    Raises
    ------
    UnreadableTrialError
        When the file holds no whole frame.
    """
    from devices.assemble import assemble, notes_on
    from footload.trials import Trial

    raw = read_recording(path)
    decoded, notes = _decoded(path, raw)
    shifts = sync_shifts(raw.marks)
    origin_s = _origin_s(decoded, shifts)
    gaps: list[Event] = []
    recordings: list[PressureRecording | ForceRecording] = []
    for number, each in decoded.items():
        offset_s, done = shifts.get(number, (0.0, ""))
        made, events = assemble(each, origin_s - offset_s)
        gaps += events
        recordings += [recording.with_step(done.rstrip(".")) for recording in made] if done else made
        about = notes_on(each) | ({"alignment": done} if done else {})
        notes |= {topic + _suffix(number, raw): note for topic, note in about.items()}
    if raw.recovery:
        notes["recovery"] = raw.recovery
        recordings = [recording.with_step(f"recovered: {raw.recovery}") for recording in recordings]
    trial = raw.opening.trial
    return Trial(
        trial.name or path.stem,
        tuple(recordings),
        trial.task,
        trial.condition,
        trial.participant,
        trial.side,
        tuple(sorted([*gaps, *_marks(raw.marks, origin_s)], key=lambda event: event.time_s)),
        notes=notes,
    )


def device_recordings(
    path: Path, raw: RawRecording
) -> tuple[dict[int, tuple[PressureRecording | ForceRecording, ...]], float]:
    """The recordings of each device as the computer's clock alone puts them beside each other.

    Parameters
    ----------
    path : path
        What errors call it.
    raw : RawRecording
        Its bytes.

    Returns
    -------
    recordings : dict
        By the device's number, from 0; devices without a whole frame are missing.
    origin_s : float
        Where the trial's time base begins, on the host's monotonic clock. [s]

    Raises
    ------
    UnreadableTrialError
        When there is no whole frame at all.
    """
    from devices.assemble import assemble

    decoded, _ = _decoded(path, raw)
    origin_s = _origin_s(decoded, sync_shifts(raw.marks))
    return {number: assemble(each, origin_s)[0] for number, each in decoded.items()}, origin_s


def sync_shifts(marks: tuple[Message, ...]) -> dict[int, tuple[float, str]]:
    """How devices are shifted by what is kept in a recording.

    Parameters
    ----------
    marks : tuple of Message
        The events channel.

    Returns
    -------
    dict
        By the device's number, from 0: what is added to its times [s], and the sentence about it.
    """
    stored = [json.loads(mark.data) for mark in marks]
    return {mark["device"]: (float(mark["offset_s"]), mark["note"]) for mark in stored if mark["name"] == SYNC}


def _origin_s(decoded: dict[int, Decoded], shifts: dict[int, tuple[float, str]]) -> float:
    """Where the trial begins: with the first frame of any device. [s]"""
    return min(float(each.timeline.time_s[0]) + shifts.get(number, (0.0, ""))[0] for number, each in decoded.items())


def _suffix(number: int, raw: RawRecording) -> str:
    return "" if len(raw.opening.devices) == 1 else f" ({number + 1})"


def _decoded(path: Path, raw: RawRecording) -> tuple[dict[int, Decoded], dict[str, str]]:
    """What each device said, by its number; and what there is to say of devices that said nothing."""
    from devices.assemble import understand
    from devices.cell_calibration import parse_calibration

    found: dict[int, Decoded] = {}
    empty: dict[str, str] = {}
    for number, (device, chunks) in enumerate(zip(raw.opening.devices, raw.chunks, strict=True)):
        frames, counters, breaks = decoded_frames(raw, number)
        if frames:
            own = parse_calibration(device.calibration, "stored calibration") if device.calibration else None
            found[number] = understand(device.profile, frames, counters, chunks, breaks, own=own)
        else:
            said = f"{counters.bytes_in} bytes of {device.profile.id}"
            empty[f"empty{_suffix(number, raw)}"] = f"There is not one whole frame in {said}."
    if not found:
        said = " ".join(empty.values())
        raise UnreadableTrialError(path, f"t{said[1:]} {raw.recovery}".strip())
    return found, empty


def decoded_frames(raw: RawRecording, number: int) -> tuple[list[Frame], Counters, list[int]]:
    """What a device of a recording sent, frame by frame.

    Parameters
    ----------
    raw : RawRecording
        Its bytes.
    number : int
        Which device, from 0.

    Returns
    -------
    frames : list of Frame
        In order.
    counters : Counters
        What went right and wrong.
    breaks : list of int
        Frames that are the first after the device was away.
    """
    from devices.framing.decoder import Decoder

    decoder = Decoder(raw.opening.devices[number].profile)
    frames: list[Frame] = []
    breaks: list[int] = []
    away_ns = away_times(raw.marks, number)
    for chunk in raw.chunks[number]:
        while away_ns and chunk.monotonic_ns > away_ns[0]:
            # What was begun before the cable was pulled cannot be completed by what came after.
            frames += decoder.cut()
            breaks.append(len(frames))
            away_ns.pop(0)
        frames += decoder.feed(chunk.data, chunk.monotonic_ns)
    return frames + decoder.finish(), decoder.counters, breaks


def away_times(marks: tuple[Message, ...], device: int) -> list[int]:
    """When a device went away, by the marks of a recording.

    Parameters
    ----------
    marks : tuple of Message
        The events channel.
    device : int
        Which device, from 0.

    Returns
    -------
    list of int
        In order, on the host's monotonic clock. [ns]
    """
    stored = [(mark.monotonic_ns, json.loads(mark.data)) for mark in marks]
    return sorted(when for when, mark in stored if mark["name"] == "gap" and mark.get("device") == device)


def _marks(marks: tuple[Message, ...], origin_s: float) -> list[Event]:
    from footload.trials import Event

    found: list[Event] = []
    for mark in marks:
        stored = json.loads(mark.data)
        found.append(Event(mark.monotonic_ns * 1e-9 - origin_s, stored["name"], stored["note"]))
    return found


def _recovery(container: Container, opening: Opening, chunks: tuple[tuple[Chunk, ...], ...]) -> str:
    """What is damaged and what was lost with it, in a sentence."""
    if container.finished and container.metadata_damaged:
        return "All recorded bytes are whole; what was noted at the end is damaged and was left out."
    if container.finished:
        return (
            "All recorded bytes are whole; only the index at the end of the file is cut."
            if container.index_missing
            else ""
        )
    times = [chunk.monotonic_ns for each in chunks for chunk in each]
    n_chunks, n_bytes = len(times), sum(len(chunk.data) for each in chunks for chunk in each)
    until_s = (max(times) - min(times)) * 1e-9 if times else 0.0
    read = f"The recording is damaged at byte {container.stopped_at} ({container.damage}); "
    read += f"{n_chunks} reads with {n_bytes} bytes, {until_s:.2f} s, were recovered"
    if opening.totals:
        lost = opening.totals["n_chunks"] - n_chunks, opening.totals["n_bytes"] - n_bytes
        if lost == (0, 0):
            return f"{read}, which is everything that was recorded; what was noted at the end is lost."
        return f"{read}, {lost[0]} reads with {lost[1]} bytes are lost."
    return f"{read}; what came after is lost, how much is not known because the recording was never finished."


def _recognises(head: bytes, path: Path) -> bool:
    return is_recording(head)


reader = Reader("mcap", "footload recording", (".mcap",), _recognises, load)
"""The reader that footload finds through its entry point."""
