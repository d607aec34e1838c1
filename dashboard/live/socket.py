"""The live websocket: every viewer gets every sample and the newest picture, as fast as it takes them."""

from __future__ import annotations

import asyncio
import time

from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard.live.messages import pack, status_message
from dashboard.live.session import LiveSession
from dashboard.live.stream import LiveStream

PATH = "/stream/live"
COALESCE_S = 0.012
"""A screen shows no more than sixty pictures a second."""
STATUS_S = 0.25


class LiveSocket:
    """Serves one session to any number of viewers. The guard stands in front of it.

    Parameters
    ----------
    session : LiveSession
        The device.
    """

    def __init__(self, session: LiveSession) -> None:
        self.session = session

    async def serve(self, socket: WebSocket) -> None:
        """Send until the viewer leaves.

        Parameters
        ----------
        socket : WebSocket
            Of one viewer; let in by the guard.
        """
        await socket.accept()
        loop, wake = asyncio.get_running_loop(), asyncio.Event()
        stream = self.session.stream

        def call() -> None:
            # A loop that is being closed needs no waking.
            if not loop.is_closed():
                loop.call_soon_threadsafe(wake.set)

        leaving = asyncio.create_task(_until_gone(socket))
        try:
            with stream.listening(call):
                await self._send(socket, stream, wake, leaving)
        except (WebSocketDisconnect, RuntimeError):
            return
        finally:
            leaving.cancel()

    async def _send(
        self, socket: WebSocket, stream: LiveStream, wake: asyncio.Event, leaving: asyncio.Task[None]
    ) -> None:
        seq, layout, told_s = stream.seq, "", 0.0
        while not leaving.done():
            if stream.layout != layout:
                layout = stream.layout
                await socket.send_text(layout)
            if time.monotonic() - told_s >= STATUS_S:
                told_s = time.monotonic()
                await socket.send_text(status_message(self.session.as_dict()))
            news = stream.since(seq)
            if news is not None:
                seq = news.seq
                await socket.send_bytes(pack(news))
                await asyncio.sleep(COALESCE_S)
            if not wake.is_set():
                await _woken(wake, STATUS_S)
            wake.clear()


async def _woken(wake: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(wake.wait(), seconds)
    except TimeoutError:
        return


async def _until_gone(socket: WebSocket) -> None:
    """Viewers have nothing to say; whatever they send is thrown away."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
