"""Files dropped on a page: streamed to the disk under a cap, then added to the laboratory by a job.

A drop is a handful of files that belong together, such as both feet of a step and their description. Each file is one
request whose body is the file itself. Nothing of a drop is left, whatever becomes of it.
"""

from __future__ import annotations

import re
import shutil
import time
import unicodedata
from collections.abc import AsyncIterator, Collection
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Final

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from dashboard.access import Role, needs, outcome, visitor
from dashboard.jobs import TooManyJobsError
from dashboard.joining import Apart, Joining, together
from dashboard.lab_jobs import adding
from dashboard.lab_trials import LabTrials
from dashboard.pace import Pace
from dashboard.store import TrialStore
from dashboard.working import Said
from footload.lab.documents import LaboratoryError, checked_id
from footload.trials import Task

UPLOAD: Final = "/upload/{drop}"
LOOK: Final = "/upload/{drop}/look"
ADD: Final = "/upload/{drop}/add"
DOWNLOAD: Final = "/job/{job}/{name}"
INCOMING: Final = ".incoming"
MOST_FILES: Final = 200
ABANDONED_AFTER_S: Final = 3600.0
BLOCK: Final = 1 << 20
ROOM_TO_LEAVE: Final = 64 << 20
LONGEST_NAME: Final = 100

OWN_HEADER: Final = "x-footload-upload"
"""A page of another site cannot send it without asking first, and is never allowed to."""

_DROP: Final = re.compile(r"[0-9a-f]{16}")
_DAY: Final = re.compile(r"\d{4}-[01]\d-[0-3]\d")
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
)


def safe_name(said: str) -> str:
    """Make a name of a file that means the same on every system, and no folder, out of what a browser said.

    Parameters
    ----------
    said : str
        Any text.

    Returns
    -------
    str
        Letters, digits, spaces and ``_ . + ( ) -``, not hidden, at most 100 of them, with the same ending.
    """
    last = PurePosixPath(unicodedata.normalize("NFC", said).replace("\\", "/")).name
    kept = re.sub(r"[^\w .+()-]", "_", last).strip(" ").lstrip(".").rstrip(".")
    stem, dot, ending = kept.rpartition(".")
    if not dot:
        stem, ending = kept, ""
    if not stem or stem.split(".")[0].casefold() in _RESERVED:
        stem = f"recording_{stem}".rstrip("_")
    ending = f".{ending}"[:20] if dot else ""
    return stem[: LONGEST_NAME - len(ending)] + ending


class Uploads:
    """Takes files and adds them to the laboratory.

    Parameters
    ----------
    store : TrialStore
        Whose laboratory it is.
    pace : Pace, optional
        How fast files may come; as fast as they can by default.
    """

    def __init__(self, store: TrialStore, pace: Pace | None = None) -> None:
        self._store = store
        self._pace = pace or Pace()
        self._adding: set[Path] = set()

    @needs(Role.RECORD, "upload")
    async def take(self, request: Request) -> Response:
        """Write the body of a request into a drop.

        Parameters
        ----------
        request : Request
            Its address names the drop, its question the file.

        Returns
        -------
        Response
            The name under which it lies, or one sentence that says what was wrong.
        """
        try:
            folder = await anyio.to_thread.run_sync(self._drop, request)
            path = folder / safe_name(request.query_params.get("name", ""))
            await self._room_for(request, path)
            n_bytes = await self._written(request.stream(), path)
        except HTTPException as error:
            return _refused(error)
        except ClientDisconnect:
            outcome("refused: the browser went away")
            return JSONResponse({"error": "The browser went away."}, 400)
        outcome(path.suffix)
        return JSONResponse({"name": path.name, "n_bytes": n_bytes})

    @needs(Role.RECORD, "look at upload")
    async def look(self, request: Request) -> Response:
        """Say whether two files of a drop can be one trial; a person decides whether they are.

        Parameters
        ----------
        request : Request
            Its address names the drop.

        Returns
        -------
        Response
            Names of the two, none where none can; and the reason. One sentence where something was wrong.
        """
        try:
            folder = await anyio.to_thread.run_sync(self._drop, request)
            files = _files_of(folder)
            seen = await anyio.to_thread.run_sync(lambda: self._store.workers.call(together, files))
        except HTTPException as error:
            return _refused(error)
        outcome("two can be one trial" if seen.files else "")
        return JSONResponse({"files": seen.files, "reason": seen.reason})

    @needs(Role.RECORD, "import")
    async def add(self, request: Request) -> Response:
        """Add the files of a drop to the laboratory.

        Parameters
        ----------
        request : Request
            Its question says whose trials they are, of which day, what was done in what.

        Returns
        -------
        Response
            The job's id, or one sentence that says what was wrong.
        """
        try:
            lab, said, joining = self._lab(), _said(request), _joining(request)
            folder = await anyio.to_thread.run_sync(self._drop, request)
            files = _files_of(folder)
        except HTTPException as error:
            return _refused(error)
        place = lab.place(visitor().name)
        self._adding.add(folder)

        def tidy_up() -> None:
            shutil.rmtree(folder, ignore_errors=True)
            self._adding.discard(folder)

        try:
            job = self._store.jobs.begin(
                f"Add {len(files)} file(s)",
                adding(self._store.workers, place, files, said, joining),
                adds_trials=True,
                afterwards=tidy_up,
            )
        except TooManyJobsError as error:  # the files stay, so that they can be added later without being sent again
            self._adding.discard(folder)
            return _refused(HTTPException(429, str(error)))
        return JSONResponse({"job": job})

    @needs(Role.RECORD, "take back upload")
    async def take_back(self, request: Request) -> Response:
        """Remove a drop: the page was left, or one of its files was refused.

        Parameters
        ----------
        request : Request
            Its address names the drop.

        Returns
        -------
        Response
            Empty, or one sentence that says what was wrong.
        """
        try:
            folder = await anyio.to_thread.run_sync(self._drop, request)
            await anyio.to_thread.run_sync(lambda: shutil.rmtree(folder, ignore_errors=True))
        except HTTPException as error:
            return _refused(error)
        return Response(status_code=204)

    @needs(Role.VIEW, "download")
    async def hand_out(self, request: Request) -> Response:
        """Hand out a file that a job made.

        Parameters
        ----------
        request : Request
            Its address names the job and the file.

        Returns
        -------
        Response
            The file, to be saved; or one sentence.
        """
        from starlette.responses import FileResponse

        try:
            path = self._store.jobs.get(request.path_params["job"]).files[request.path_params["name"]]
        except KeyError:
            return JSONResponse({"error": "This file is not kept any more; begin the job again."}, 404)
        return FileResponse(path, filename=path.name, content_disposition_type="attachment")

    def _lab(self) -> LabTrials:
        if self._store.lab is None:
            raise HTTPException(409, "There is no laboratory yet; make one on the page of sessions.")
        return self._store.lab

    def _drop(self, request: Request) -> Path:
        if OWN_HEADER not in request.headers:
            raise HTTPException(403, "Files are taken from footload's own page only.")
        name = request.path_params["drop"]
        if not _DROP.fullmatch(name):
            raise HTTPException(400, "This is no drop of files; load the page again.")
        incoming = self._lab().lab.folder / INCOMING
        folder = incoming / name
        if folder in self._adding:  # whatever came now would go with the drop, and nobody would have added it
            raise HTTPException(409, "These files are being added already; drop others anew.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HTTPException(507, f"The laboratory's folder cannot be written ({error.strerror}).") from error
        _sweep(incoming, {folder, *self._adding})
        return folder

    async def _room_for(self, request: Request, path: Path) -> None:
        most = self._store.settings.most_upload_bytes
        said = request.headers.get("content-length", "")
        expected = int(said) if said.isdecimal() else 0
        if expected > most:
            raise HTTPException(413, _too_large(expected, most))
        if path.exists():
            raise HTTPException(409, _there_already(path))
        if len(list(path.parent.iterdir())) >= MOST_FILES:
            raise HTTPException(413, f"A drop holds at most {MOST_FILES} files; drop the others when these are added.")
        free = (await anyio.to_thread.run_sync(shutil.disk_usage, path.parent)).free
        if expected + ROOM_TO_LEAVE > free:
            raise HTTPException(
                507,
                f"The disk has {_size(free)} left, too little for {path.name} ({_size(expected)}); make room first.",
            )

    async def _written(self, body: AsyncIterator[bytes], path: Path) -> int:
        """Write a body block by block, never more than one of them in memory; all of it or nothing."""
        most, n_bytes, block = self._store.settings.most_upload_bytes, 0, bytearray()
        whole = False
        try:
            file = path.open("xb")
        except FileExistsError as error:  # of two requests at once the other one writes it, and it stays
            raise HTTPException(409, _there_already(path)) from error
        except OSError as error:
            raise _not_written(path, error) from error
        try:
            with file:
                async for some in body:
                    n_bytes += len(some)
                    if n_bytes > most:
                        raise HTTPException(413, _too_large(n_bytes, most))
                    block += some
                    if len(block) >= BLOCK:
                        await anyio.to_thread.run_sync(file.write, bytes(block))
                        await self._pace.keep(len(block))
                        block.clear()
                await anyio.to_thread.run_sync(file.write, bytes(block))
            whole = n_bytes > 0
        except OSError as error:
            raise _not_written(path, error) from error
        finally:
            if not whole:
                path.unlink(missing_ok=True)
        if not whole:
            raise HTTPException(400, f"{path.name} is empty (0 bytes); choose another file.")
        return n_bytes


def _files_of(drop: Path) -> list[Path]:
    files = sorted(path for path in drop.glob("*") if path.is_file())
    if not files:
        raise HTTPException(400, "There is no file in this drop; choose the files again.")
    return files


def _said(request: Request) -> Said:
    """What a person said of a drop, checked as far as it can be without the files."""
    asked = {name: request.query_params.get(name, "").strip() for name in ("participant", "date", "condition", "task")}
    day = asked["date"] or date.today().isoformat()
    if not _DAY.fullmatch(day):
        raise HTTPException(400, f"The day of the session is {day!r}; it is written as 2026-11-22.")
    if asked["task"] and asked["task"] not in {task.value for task in Task}:
        raise HTTPException(400, f"There is no task {asked['task']!r}; choose one of the list.")
    try:
        for name in ("participant", "condition"):
            if asked[name]:
                checked_id(asked[name], name)
    except LaboratoryError as error:
        raise HTTPException(400, str(error)) from error
    return Said(asked["participant"], day, asked["condition"], asked["task"])


def _joining(request: Request) -> Joining | None:
    """Whether two of the files are one trial, as a person said; nothing said is no."""
    apart, offset = (request.query_params.get(name, "").strip() for name in ("joining", "offset"))
    if not apart:
        return None
    if apart not in {each.value for each in Apart}:
        raise HTTPException(400, f"Files are not joined by {apart!r}; choose one of the list.")
    try:
        offset_s = float(offset or 0) if apart == Apart.OFFSET else 0.0
    except ValueError as error:
        raise HTTPException(400, f"The offset is {offset!r}; it is a number of seconds, such as 0.25.") from error
    return Joining(Apart(apart), offset_s)


def _sweep(incoming: Path, present: Collection[Path]) -> None:
    """Remove drops that nobody added: a page that was closed or loaded again in the middle."""
    for folder in incoming.iterdir():
        if folder not in present and time.time() - folder.stat().st_mtime > ABANDONED_AFTER_S:
            shutil.rmtree(folder, ignore_errors=True)


def _refused(error: HTTPException) -> Response:
    outcome(f"refused: {error.detail}")
    return JSONResponse({"error": error.detail}, error.status_code)


def _there_already(path: Path) -> str:
    return f"{path.name} is in this drop already; two files need two names."


def _not_written(path: Path, error: OSError) -> HTTPException:
    return HTTPException(507, f"{path.name} cannot be written ({error.strerror}).")


def _too_large(n_bytes: int, most: int) -> str:
    return (
        f"The file has {_size(n_bytes)} or more, but at most {_size(most)} are taken; copy it into the folder that is "
        "shown here instead, or export a shorter recording."
    )


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:.0f} MB" if n_bytes >= 1_000_000 else f"{n_bytes / 1e3:.0f} kB"
