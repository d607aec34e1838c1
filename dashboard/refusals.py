"""How somebody is turned away: by an answer, or by a websocket that is closed."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

POLICY_VIOLATION: Final = 1008
"""Close code of a websocket that is not let in."""


async def refuse(answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer instead of the application, or close a websocket before it is open.

    Parameters
    ----------
    answer : Response
        For whoever asked for a page or a file; a websocket takes none.
    scope, receive, send
        Of ASGI.
    """
    if scope["type"] == "websocket":
        await receive()  # the connect message has to be read before a websocket can be closed
        await send(closing("not allowed"))
        return
    await answer(scope, receive, send)


def closing(reason: str) -> Message:
    """Make the message that closes a websocket to somebody who may not have it.

    Parameters
    ----------
    reason : str
        In a few words.

    Returns
    -------
    dict
        For ASGI.
    """
    return {"type": "websocket.close", "code": POLICY_VIOLATION, "reason": reason}
