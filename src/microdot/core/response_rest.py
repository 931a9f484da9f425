# Knows what a Response is beyond a plain one: cookies, checks, iteration over the body, HTTP/1.0 to a stream.
# Must not know requests or servers.
from ..wire.fields import check_fields, check_text, head_bytes
from .compat import iscoroutine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from typing import Any

    from .multidict import NoCaseDict
    from .request import Request
    from .threads import Turns

# What a socket says of a peer that has left: EPIPE, ECONNRESET (BSD and Linux), ENOTCONN.
MUTED_SOCKET_ERRORS = [32, 54, 104, 128]

_END = object()  # what follows the last piece of a body


class ResponseRest:
    """The methods of `Response` that a plain response does not need."""

    _turns: 'Turns | None' = None

    if TYPE_CHECKING:
        status_code: int
        reason: 'str | None'
        body: Any
        own_headers: 'NoCaseDict | None'
        is_head: bool
        threaded: bool
        send_file_buffer_size: int

        @property
        def headers(self) -> NoCaseDict: ...
        def content_type(self) -> str: ...

    def set_cookie(
        self, cookie: str, value: 'Any', path: 'str | None' = None, domain: 'str | None' = None,
        expires: 'Any' = None, max_age: 'int | None' = None, secure: bool = False, http_only: bool = False,
        partitioned: bool = False, same_site: 'str | None' = None,
    ) -> None:
        """Add a cookie (RFC 6265 section 4.1).

        :param cookie: the name of the cookie.
        :param value: its value.
        :param path: the path for which it is sent; the folder of the request's path if not given.
        :param domain: the domain for which it is sent with its subdomains; this host alone if not given.
        :param expires: when it ends: a `datetime`, or text in the form of RFC 9110 section 5.6.7.
        :param max_age: when it ends, in seconds from now. Without either it ends with the browser.
        :param secure: send it over TLS only.
        :param http_only: hide it from scripts.
        :param partitioned: keep one for each site that embeds this one.
        :param same_site: `'Strict'`, `'Lax'` or `'None'`.

        Raises `ValueError` for a semicolon or a control character in any part.
        """
        from .cookies import format_cookie

        header = format_cookie(
            cookie, value, path, domain, expires, max_age, secure, http_only, partitioned, same_site)
        cookies = self.headers.get('Set-Cookie', [])
        # A list of its own: one that was given may belong to other responses too.
        self.headers['Set-Cookie'] = (cookies if isinstance(cookies, list) else [cookies]) + [header]

    def delete_cookie(self, cookie: str, **kwargs: 'Any') -> None:
        """Tell the client to forget a cookie.

        :param cookie: the name of the cookie.
        :param kwargs: as for `set_cookie`; path and domain must be those with which it was set.
        """
        kwargs['expires'] = 'Thu, 01 Jan 1970 00:00:01 GMT'
        kwargs['max_age'] = 0
        self.set_cookie(cookie, '', **kwargs)

    def complete(self) -> None:
        """Add the headers `Content-Length`, where it is known, and `Content-Type`, where they are absent."""
        if isinstance(self.body, (bytes, bytearray)):
            self.headers.setdefault('Content-Length', str(len(self.body)))
        if 'Content-Type' not in self.headers:
            self.headers['Content-Type'] = self.content_type()

    def finish(self, request: 'Request | None') -> None:
        """Make the response final, by what its body has to know of the request; raises what `check` does."""
        self.check()
        settle = getattr(self.body, 'settle', None)
        if settle and request:
            settle(request, self)

    def check(self) -> None:
        """Raise `TypeError` or `ValueError` if the response cannot be sent."""
        # RFC 9110 15.2: an interim response is not an answer; 101 is the last of HTTP on its connection.
        if not 200 <= self.status_code <= 999 and self.status_code != 101:
            raise ValueError('status code %d' % self.status_code)
        body = self.body
        if not (body is None or isinstance(body, bytes) or hasattr(body, 'read')
                or hasattr(body, '__anext__') or hasattr(body, '__aiter__')):
            try:
                iter(body)
            except TypeError:
                raise TypeError('a handler returned %r, which cannot be sent: %s' % (body, (
                    'await it' if hasattr(body, 'send') else 'return text, bytes, a dict, a list or an iterator'))) from None
        self.check_head()

    def check_head(self) -> None:
        """Raise `ValueError` if the reason or a header cannot be sent (RFC 9110 section 5.5)."""
        if self.reason:
            check_text('reason', str(self.reason))
        if self.own_headers:
            check_fields(self.own_headers)

    async def write(self, stream: 'Any') -> None:
        """Write the response as HTTP/1.0.

        :param stream: a stream with `awrite`.
        """
        self.complete()
        reason = self.reason if self.reason is not None else 'OK' if self.status_code == 200 else 'N/A'
        try:
            await stream.awrite(head_bytes('1.0', self.status_code, reason, self.headers))
            if not self.is_head:
                async for piece in self.body_iter():
                    await stream.awrite(piece.encode() if isinstance(piece, str) else piece)
        except OSError as exc:
            if not is_muted(exc):
                raise
        finally:
            await self.close()

    def body_iter(self) -> 'AsyncIterator[Any]':
        """Iterate over the body, asynchronously and whatever it is; items are `bytes` or `str`."""
        body = self.body
        if hasattr(body, '__aiter__') and not hasattr(body, '__anext__'):
            pieces = body.__aiter__()
            if not (hasattr(body, 'aclose') or hasattr(body, 'close')):
                self.body = pieces
            return pieces  # type: ignore[no-any-return]
        return body if hasattr(body, '__anext__') else _Pieces(self)

    async def close(self) -> None:
        """Close the body, if it can be closed; once, however often this is called."""
        body = self.body
        function = getattr(body, 'aclose', None) or getattr(body, 'close', None)
        if function:
            self.body = b''
            result = await self.in_thread(function) if self.threaded else function()
            if result is not None and (hasattr(result, '__await__') or iscoroutine(result)):
                await result

    async def in_thread(self, function: 'Callable[[], Any]') -> 'Any':
        """Run a function of the body in a thread, one at a time: a generator that runs cannot be closed."""
        if self._turns is None:
            from .threads import Turns

            self._turns = Turns()
        return await self._turns.run(function)


Rest = ResponseRest  # the name by which `Late` finds it


def is_muted(exc: BaseException, other: 'type[Exception] | tuple[()]' = ()) -> bool:
    """Tell whether an error says that the peer has left, or each of a group does.

    :param other: a class of which all errors say so.
    """
    group: 'Any' = getattr(exc, 'exceptions', None)
    if group:
        return all(is_muted(one, other) for one in group)
    if not isinstance(exc, OSError):
        return isinstance(exc, other)
    return bool(exc.args) and (exc.args[0] in MUTED_SOCKET_ERRORS or exc.args[0] == 'Connection lost')


class _Pieces:
    # Iterates asynchronously over a body that is a value, a file or an ordinary iterator.

    def __init__(self, response: 'ResponseRest') -> None:
        body = response.body
        self._size = response.send_file_buffer_size
        self._read = getattr(body, 'read', None)
        self._in_thread = response.in_thread if response.threaded else None
        if self._read is None and not hasattr(body, '__next__'):
            if body is None or isinstance(body, (str, bytes, bytearray, memoryview)):
                body = iter((body,) if body else ())  # a value stays, for who writes the response again
            else:
                body = iter(body)
                if not hasattr(response.body, 'close'):
                    response.body = body
        self._next = body

    def __aiter__(self) -> '_Pieces':
        return self

    async def __anext__(self) -> 'Any':
        if self._in_thread:
            piece = await self._in_thread(self._step)
        else:
            piece = self._step()
        if hasattr(piece, '__await__') or iscoroutine(piece):
            piece = await piece
        if piece is _END or (self._read and not piece):
            raise StopAsyncIteration
        return piece

    def _step(self) -> 'Any':
        return self._read(self._size) if self._read else next(self._next, _END)
