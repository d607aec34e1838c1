"""What a crash, a full disk or a cut left, written again as a finished recording beside the damaged one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from devices.container import EVENTS_TOPIC, OPENING_TOPIC, Container
from devices.mcap_file import McapFile, sync_file, sync_folder
from devices.opening import raw_topic
from devices.recording import read_recording
from devices.rewriting import CHUNK_NS, chunk_size
from footload.errors import RecordingError


@dataclass(frozen=True, slots=True)
class Recovered:
    """What could be recovered.

    Parameters
    ----------
    path : path
        The new file; the damaged one where nothing had to be written.
    n_chunks, n_bytes : int
        Reads and bytes of all devices.
    duration_s : float
        From the first to the last read. [s]
    note : str
        What was damaged and what is lost; empty when the file was whole.
    """

    path: Path
    n_chunks: int
    n_bytes: int
    duration_s: float
    note: str


def recover(path: Path | str, out: Path | str | None = None) -> Recovered:
    """Write what a damaged recording still holds into a new file; the damaged one is not touched.

    Parameters
    ----------
    path : path
        An `.mcap` file of footload, finished or not.
    out : path, optional
        A file that does not exist yet; ``NAME.recovered.mcap`` beside the damaged one by default.

    Returns
    -------
    Recovered
        A file that was whole is left as it is, and nothing is written.

    Raises
    ------
    UnreadableTrialError
        When nothing in it can be used.
    RecordingError
        When the new file exists already or cannot be written.
    """
    path = Path(path)
    out = path.with_name(f"{path.stem}.recovered.mcap") if out is None else Path(out)
    raw = read_recording(path)
    sizes = Counter({raw_topic(number): len(chunks) for number, chunks in enumerate(raw.chunks)})
    times = [chunk.monotonic_ns for chunks in raw.chunks for chunk in chunks]
    # A file that was recovered before says what was lost then, and is whole all the same.
    damaged = raw.recovery != raw.stop.get("recovered", "")
    found = Recovered(
        out if damaged else path,
        sizes.total(),
        sum(len(chunk.data) for chunks in raw.chunks for chunk in chunks),
        (max(times) - min(times)) * 1e-9 if times else 0.0,
        raw.recovery,
    )
    if not damaged:
        return replace(found, note="")
    opening = replace(raw.opening, totals={"n_chunks": found.n_chunks, "n_bytes": found.n_bytes})
    live = Container(path)
    try:
        with out.open("xb") as file:
            final = McapFile(file, opening, chunk_size(opening), padded=False)
            flushed_ns = opening.monotonic_ns
            for message in live.messages():
                if message.topic == OPENING_TOPIC:
                    continue
                if message.monotonic_ns - flushed_ns >= CHUNK_NS:
                    final.flush()
                    flushed_ns = message.monotonic_ns
                final.add(message.topic, message.monotonic_ns, message.data)
            note = b'{"name": "recovered", "note": "what came after this moment is lost"}'
            final.add(EVENTS_TOPIC, max(times, default=opening.monotonic_ns), note)
            final.finish({"n_chunks": found.n_chunks, "n_bytes": found.n_bytes, "recovered": raw.recovery, **raw.stop})
            sync_file(file)
        sync_folder(out.parent)
    except FileExistsError as error:
        raise RecordingError(f"{out.name} exists already, and recordings are never overwritten.") from error
    except OSError as error:
        out.unlink(missing_ok=True)
        raise RecordingError(f"{out.name} cannot be written ({error.strerror or error}).") from error
    return found
