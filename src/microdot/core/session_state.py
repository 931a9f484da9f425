# Knows what a request has to do with sessions, and the cookies that its response sets for them. Must not know what is in them.

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ..session import SessionDict
    from .request import Request
    from .response import Response

COOKIE = 'session'
_LONGEST = 4096  # bytes of a cookie with its attributes that a browser is sure to keep (RFC 6265 section 6.1)


class State:
    """What a request has to do with sessions: its own handler, which runs after the others and sets the cookies.

    Attributes: `session`; `stored`, what is known of it if it is kept in a store; `cookies`, a dictionary of (value, options), of
    which a value None deletes the cookie; `private`, whether the response is for the user alone; `finished`, whether it has run.
    """

    session: 'SessionDict | None' = None
    stored: 'Any' = None
    private = False
    finished = False

    def __init__(self) -> None:
        self.cookies: 'dict[str, tuple[str | None, dict[str, Any]]]' = {}

    async def __call__(self, request: 'Request', response: 'Response') -> None:
        if self.stored and not await self.stored.finish():
            self.cookies.pop(COOKIE, None)
        self.finished = True
        for name in self.cookies:
            value, options = self.cookies[name]
            present = response.headers.get('Set-Cookie')
            if isinstance(present, list):  # one by this name, however often it was set
                response.headers['Set-Cookie'] = [cookie for cookie in present if not cookie.startswith(name + '=')]
            if value is None:
                response.delete_cookie(name, **options)
            else:
                response.set_cookie(name, value, **options)
        if self.private:
            # The browser's button to go back then asks for the page anew, and shows none after a logout.
            response.headers.setdefault('Cache-Control', 'no-store')

    async def finish_late(self, request: 'Request', response: 'Response | None') -> None:
        """Keep in the store what was saved after the head of the response was sent."""
        await self.stored.finish()


def state_of(request: 'Request') -> State:
    """Return what a request has to do with sessions; it varies by them from now on."""
    state = request.session_state
    if state is None:
        state = request.session_state = State()
        request.after_request_handlers.append(state)
        names = getattr(request.g, '_vary', None)
        if names is None:
            names = request.g._vary = set()
        names.add('Cookie')
    return state  # type: ignore[no-any-return]


async def finish_after_error(request: 'Request | None', response: 'Response') -> None:
    """Set the cookies where the request has ended in an error, which its own handlers do not see."""
    if request and request.session_state:
        await request.session_state(request, response)


def set_cookie(
    request: 'Request', cookie_options: 'Mapping[str, Any]', name: str, value: 'str | None', max_age: 'int | None' = None
) -> None:
    """Have the response to a request, whatever it is, set a cookie, once; None deletes it.

    Raises `ValueError` if it would not come back.
    """
    options = dict(cookie_options)
    options.setdefault('secure', request.scheme in ('https', 'wss'))
    if max_age is not None:
        options['max_age'] = max_age
    state = state_of(request)
    if state.finished:  # another handler of the request saves late, or a WebSocket or a stream does
        state.finished = False
        request.after_request_handlers.append(state)
        if state.stored:
            request.after_response(state.finish_late)
    cookies = state.cookies
    if value is not None:
        sent = dict(request.cookies)  # with the next request
        for other in cookies:
            sent[other] = cookies[other][0] or ''
        sent[name] = value
        line = 'Cookie: %s\r\n' % '; '.join([other + '=' + sent[other] for other in sent])
        # Written as a dictionary the options are longer than as attributes.
        if len(name + value + str(options)) >= _LONGEST or len(line) > request.max_readline:
            from .session_misuse import too_long

            raise too_long(name, len(value))
    cookies[name] = value, options
