# Knows how a request from the server of another project is answered, and what follows when its client leaves.
# Must not know how a server gives requests and takes responses.
import asyncio
from asyncio import CancelledError

from ..core.errors import HTTPException
from ..core.failures import answer_cancelled
from ..core.request import Request
from ..core.response import Response
from .body import MessageBody

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..core.app import Microdot


class GatewayRequest(Request):
    """A request that the server of another project has read.

    A subclass has the coroutines `receive_piece` (waits for a message with a piece of the body, as `MessageBody` wants it),
    `wait_left` (returns when the client has left) and `respond` (sends a response, and returns the one that was sent).
    """

    # What `Request` has, and most requests leave as it is.
    url_prefix = ''
    subapp: 'Microdot | None' = None
    route: 'Any' = None
    own_g: 'Any' = None
    response_callbacks: 'Any' = None

    left = False  # whether the client has left, as far as is known
    message_body: 'MessageBody | None' = None
    _watcher: 'asyncio.Task[None] | None' = None  # waits for the client to leave
    _over = False  # whether that is of no use any more
    _streaming: 'asyncio.Task[Any] | None' = None  # is cancelled then

    if TYPE_CHECKING:
        loop: asyncio.AbstractEventLoop

        async def receive_piece(self) -> 'tuple[bytes, bool] | None': ...
        async def wait_left(self) -> None: ...
        async def respond(self, response: Response) -> Response: ...

    def __init__(self, app: 'Microdot', method: str, url: str, sock: 'Any') -> None:
        # PERF: all that `Request` sets costs 0.3 us more. The attributes client_addr, scheme and http_version a subclass sets,
        # or has parsed when they are asked for.
        self.app = app
        self.method = method
        self.path = self.url = url
        if '?' in url:
            self.path, _, self.query_string = url.partition('?')
        self.url_args = {}
        self.sock = sock
        self.after_request_handlers = []
        self.loop = asyncio.get_running_loop()

    @property
    def is_disconnected(self) -> bool:
        """Whether the client has left, as far as is known: who asks for the first time has it watched from then on."""
        if self.upgraded:
            return self.upgraded._gone  # type: ignore[no-any-return]
        if self._watcher is None and not self.left and self.may_watch():
            self.loop.call_soon_threadsafe(self._watch)
        return self.left

    def may_watch(self) -> bool:
        """Tell whether to watch the client takes no message from a WebSocket that is to come."""
        return True

    def cancel_when_left(self) -> None:
        """Have the task that runs now cancelled when the client leaves."""
        if self.left:
            raise CancelledError
        self._streaming = asyncio.current_task()
        self._watch()

    def note_left(self) -> None:
        """Note that the client has left, as who sends to it finds out."""
        self.left = True
        self._streaming = None

    def ignore_leaving(self) -> None:
        """Have the task cancelled no more."""
        self._streaming = None

    def _watch(self) -> None:
        if self._watcher is None and not self._over:
            self._watcher = self.loop.create_task(self._wait())

    async def _wait(self) -> None:
        if self.message_body:
            await self.message_body.wait_ended()  # until then its messages are for who reads it
        await self.wait_left()
        self.leave()

    def leave(self) -> None:
        """Note that the client has left, and end what is sent to it, once."""
        self.left = True
        streaming, self._streaming = self._streaming, None
        if streaming:
            streaming.cancel()

    async def load_message_body(self, length: int) -> 'HTTPException | None':
        """Read the body, or prepare to; returns what is wrong with it."""
        self.content_length = max(length, 0)
        if length > self.max_content_length:
            return None  # which is how it is dispatched
        self.message_body = MessageBody(self, self.receive_piece, length, self.max_content_length)
        try:
            await self.load_body(self.message_body, length)
        except HTTPException as exc:
            return exc
        return None

    async def answer_cut(self) -> None:
        """Answer a request whose body ends too early, where a server says that in the same way for a body that is malformed."""

    def end(self) -> None:
        """Stop watching the client."""
        self._over = True
        if self._watcher:
            self._watcher.cancel()


async def exchange(app: 'Microdot', request: 'Any', length: int, refusal: 'HTTPException | None') -> None:
    """Answer a request.

    :param request: a `GatewayRequest`.
    :param length: of its body, `CHUNKED` where it is not told.
    :param refusal: what is wrong with it, if it is not a request that the application gets.
    """
    response = None
    try:
        asked = request
        if refusal:
            asked = None
            refusal.method = request.method
        elif length:
            refusal = await request.load_message_body(length)
        try:
            response = await app.dispatch_request(asked, refusal)
        except CancelledError as exc:
            response = await answer_cancelled(app, asked, exc, request.left)
        if response is not Response.already_handled:
            response = await request.respond(response)
    except CancelledError:
        if not request.left:
            raise
        task: 'Any' = asyncio.current_task()
        if hasattr(task, 'uncancel'):
            task.uncancel()
        if response is None and request.message_body and not request.message_body.ended:
            await request.answer_cut()
    finally:
        request.end()
        if request.response_callbacks:
            await request.responded(response)
