"""The live websocket: every viewer gets every sample and the newest picture, as fast as it takes them.

What viewers that keep up are sent is encoded once for all of them. A page says what it has taken (one byte: how many
messages), so that one that is slow has no more than `MOST_ON_THE_WAY` messages before it, instead of seconds in the
buffers of the network; then it is sent everything since, with the newest picture. Nobody waits for it.
"""

from __future__ import annotations

import asyncio
import time

from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard.live.messages import pack, status_message
from dashboard.live.session import LiveSession

PATH = "/stream/live"
COALESCE_S = 0.009
"""Least time between two messages to a viewer; a device with 100 frames a second is shown frame by frame. [s]"""
STATUS_S = 0.25
MOST_ON_THE_WAY = 12
"""Messages that a viewer who says what it takes has not taken yet: an eighth of a second of a mat with 100 Hz."""


class _Viewer:
    """One viewer: what wakes it, and what it was sent and has taken."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.n_sent = self.n_taken = 0
        self.tells = False

    @property
    def has_room(self) -> bool:
        """Whether it is not behind; who never says what it has taken is taken to be quick."""
        return not self.tells or self.n_sent - self.n_taken < MOST_ON_THE_WAY

    def took(self, n: int) -> None:
        """Believe no more than was sent."""
        self.tells = True
        self.n_taken = min(self.n_taken + n, self.n_sent)
        self.wake.set()


class LiveSocket:
    """Serves one session to any number of viewers. The guard stands in front of it.

    Parameters
    ----------
    session : LiveSession
        The devices.
    """

    def __init__(self, session: LiveSession) -> None:
        self.session = session
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: set[asyncio.Event] = set()
        self._ticking: asyncio.TimerHandle | None = None
        self._status, self._told_s = "", 0.0
        self._encoded: dict[int, tuple[int, dict[int, bytes]]] = {}

    async def serve(self, socket: WebSocket) -> None:
        """Send until the viewer leaves.

        Parameters
        ----------
        socket : WebSocket
            Of one viewer; let in by the guard.
        """
        await socket.accept()
        self._loop = asyncio.get_running_loop()
        viewer = _Viewer()
        self._waiting.add(viewer.wake)
        self._tick()
        leaving = asyncio.create_task(_until_gone(socket, viewer))
        try:
            with self.session.stream.listening(self._call):
                await self._send(socket, viewer, leaving)
        except (WebSocketDisconnect, RuntimeError):
            return
        finally:
            self._waiting.discard(viewer.wake)
            leaving.cancel()

    async def _send(self, socket: WebSocket, viewer: _Viewer, leaving: asyncio.Task[None]) -> None:
        stream = self.session.stream
        layouts: tuple[str, ...] = ()
        seqs, told_s = list(stream.seqs), 0.0
        while not leaving.done():
            if stream.layouts is not layouts:
                layouts = stream.layouts
                # A device that was connected before this viewer came is shown from now on.
                seqs = list(stream.seqs)
                for layout in layouts:
                    await socket.send_text(layout)
            if time.monotonic() - told_s >= STATUS_S:
                told_s = time.monotonic()
                await socket.send_text(self._status_now())
            n_sent = viewer.n_sent
            if viewer.has_room:
                for device, seq in enumerate(seqs):
                    seqs[device], message = self._message(device, seq)
                    # Other devices may have come meanwhile: nothing of them goes out before what they are.
                    if message and stream.layouts is layouts:
                        viewer.n_sent += 1
                        await socket.send_bytes(message)
            if viewer.n_sent > n_sent:
                await asyncio.sleep(COALESCE_S)
            await viewer.wake.wait()
            viewer.wake.clear()

    def _message(self, device: int, seq: int) -> tuple[int, bytes]:
        """What comes after a sample, encoded once for all viewers that have seen so far; its newest number."""
        newest, held = self._encoded.get(device, (-1, {}))
        seqs = self.session.stream.seqs
        if device >= len(seqs) or seqs[device] == seq:
            return seq, b""
        if seqs[device] == newest and seq in held:
            return newest, held[seq]
        news = self.session.stream.since(seq, device)
        if news is None:
            return seq, b""
        message = pack(news, device)
        if news.seq != newest:
            held = {}
            self._encoded[device] = (news.seq, held)
        held[seq] = message
        return news.seq, message

    def _status_now(self) -> str:
        """The state as text, made once for all viewers."""
        if time.monotonic() - self._told_s >= STATUS_S / 2:
            self._told_s, self._status = time.monotonic(), status_message(self.session.as_dict())
        return self._status

    def _call(self) -> None:
        # A loop that is being closed needs no waking.
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake_all)

    def _wake_all(self) -> None:
        for wake in self._waiting:
            wake.set()

    def _tick(self) -> None:
        """Wake everybody for the state, as long as there is anybody."""
        if self._ticking is not None:
            self._ticking.cancel()
        self._ticking = None
        if self._waiting and self._loop is not None:
            self._wake_all()
            self._ticking = self._loop.call_later(STATUS_S, self._tick)


async def _until_gone(socket: WebSocket, viewer: _Viewer) -> None:
    """Viewers say how many messages they have taken, one byte each time; whatever else they send is thrown away."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            viewer.wake.set()
            return
        said = message.get("bytes")
        if said is not None and len(said) == 1:
            viewer.took(said[0])
