# Knows routes that hand messages to clients and take theirs. Must not know what carries messages.
import asyncio
import json

from ..core.compat import ERROR, iscoroutine, log
from ..sse import sse_response
from ..websocket import WebSocketError, with_websocket
from ..wire.events import event_bytes
from .subscription import CLOSE, DROP_OLDEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .. import Request
    from ..sse import SSE
    from . import Channels
    from .presence import Presence
    from .subscription import Subscription

    Names = str | Callable[..., Any]

_SERVER_ERROR, _TRY_LATER = 1011, 1013  # of the codes that IANA registers for WebSockets


def feed(channels: 'Channels', *names: 'Names', policy: 'str | None' = None, **options: 'Any') -> 'Any':
    """Return the handler of a route that sends the messages of channels as server-sent events.

    :param names: the names of the channels, or functions that are called with the request and the values of the placeholders
                  and return a name, or refuse by `abort`.
    :param policy: as for `Channels.subscribe`, `'close'` if there is a history, so that a slow client comes back for what it has
                   missed, else `'drop_oldest'`.
    :param options: further ones of `Channels.subscribe`.

    A client that comes back goes on where it left. One that comes first, or whose last message is not kept any more, gets all
    that are kept; the latter after an event of the type `reset`, for it may have missed some and see others again. With
    several channels the type of each event is the name of its channel.

    Example::

        app.get('/news')(feed(channels, 'news'))
        app.get('/rooms/<room>/events')(feed(channels, lambda request, room: 'room ' + room))
    """
    policy = policy or (CLOSE if channels.history else DROP_OLDEST)

    async def handler(request: 'Request', *args: 'Any', **kwargs: 'Any') -> 'Any':
        chosen: 'list[str]' = []
        for name in names:
            chosen.append(await _name(name, request, args, kwargs))
        return sse_response(request, send, chosen)

    async def send(request: 'Request', sse: 'SSE', chosen: 'list[str]') -> None:
        after = sse.last_event_id or ''
        async with channels.subscribe(*chosen, after=after, policy=policy, **options) as messages:
            if after and not messages.resumed:
                await sse.send('', event='reset')
            async for message in messages:
                if len(chosen) > 1:
                    await sse.send(message.payload, message.channel, messages.last_id)
                    continue
                if message.event is None:  # PERF: written once for all clients, of 18 us a delivery 3 less
                    message.event = event_bytes(message.payload, None, message.id)
                await sse.write(message.event)

    return handler


def broadcast(
    channels: 'Channels', name: 'Names', accept: 'Callable[..., Any] | None' = None, policy: str = DROP_OLDEST, **options: 'Any'
) -> 'Any':
    """Return the handler of a route that publishes what clients send by WebSocket, and sends them what is published.

    :param name: the name of the channel, or a function as for `feed`.
    :param accept: a function, a coroutine function or not, that is called with the request and a message and returns what is
                   published, or None for nothing. All is published if not given.
    :param policy: as for `Channels.subscribe`; with `'close'` the WebSocket of a slow client is closed with code 1013.
    :param options: for `with_websocket`.

    Example::

        app.get('/chat')(broadcast(channels, 'chat', max_message_length=1000))
    """

    async def talk(request: 'Request', ws: 'Any', channel: str) -> None:
        async with channels.subscribe(channel, after='', policy=policy) as messages:
            task = asyncio.create_task(_send(messages, ws))
            try:
                async for data in ws:
                    if accept:
                        data = await _result(accept(request, data))
                    if data is not None and not await _published(channels, channel, data):
                        await ws.close(_TRY_LATER)
                        break
            finally:
                task.cancel()
                try:
                    await task
                except asyncio.CancelledError:
                    pass

    opened = with_websocket(talk, **options)

    async def handler(request: 'Request', *args: 'Any', **kwargs: 'Any') -> 'Any':
        return await opened(request, await _name(name, request, args, kwargs))

    return handler


async def _published(channels: 'Any', channel: str, data: 'Any') -> bool:
    try:
        await channels.publish(channel, data)
    except OSError:  # there is no server that carries messages, and the log says so
        return False
    return True


async def _send(messages: 'Subscription', ws: 'Any') -> None:
    try:
        async for message in messages:
            await ws.send(message.payload)
        await ws.close(_TRY_LATER)
    except (OSError, WebSocketError):  # the client has left
        pass
    except Exception as exc:
        log(ERROR, 'Exception in what a WebSocket is sent', exc=exc)
        await ws.close(_SERVER_ERROR)


def attendance(presence: 'Presence', who: 'Callable[..., Any]') -> 'Any':
    """Return the handler of a route of server-sent events whose clients are in a place for as long as they listen.

    :param who: a function, a coroutine function or not, that is called with the request and the values of the placeholders and
                returns the member, None for one who only looks, or refuses by `abort`.

    The first event has the type `members` and the list of them as JSON; those that follow have the type `join` or `leave`, and a
    member.

    Example::

        app.get('/lobby/members')(attendance(Presence(channels, 'lobby'), lambda request: request.args['name']))
    """

    async def handler(request: 'Request', *args: 'Any', **kwargs: 'Any') -> 'Any':
        return sse_response(request, tell, await _result(who(request, *args, **kwargs)))

    async def tell(request: 'Request', sse: 'SSE', member: 'Any') -> None:
        async with presence.subscribe(policy=CLOSE) as messages:
            async with presence.enter(member):
                await sse.send(json.dumps(await presence.members()), 'members')
                async for message in messages:
                    for kind, one in message.data.items():
                        await sse.send(json.dumps(one), kind)

    return handler


async def _name(name: 'Names', request: 'Request', args: 'Any', kwargs: 'Any') -> str:
    return name if isinstance(name, str) else str(await _result(name(request, *args, **kwargs)))


async def _result(value: 'Any') -> 'Any':
    return await value if iscoroutine(value) else value
