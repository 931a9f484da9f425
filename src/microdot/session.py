# Knows sessions: what an application keeps of a client between its requests, in a cookie. Must not know how tokens are signed,
# or how sessions are kept on the server.
from .core.decorators import call, replace
from .core.session_state import COOKIE, finish_after_error, set_cookie, state_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from . import Microdot, Request
    from .core.memory_store import MemoryStore as MemoryStore
    from .core.redis_store import RedisStore as RedisStore
    from .core.stored_sessions import SessionStore as SessionStore

    _Dict = dict[str, Any]
else:
    _Dict = dict

    def __getattr__(name):
        # The stores are loaded when somebody asks for one.
        room = {'MemoryStore': 'memory_store', 'RedisStore': 'redis_store'}.get(name)
        if room is None:
            raise AttributeError(name)
        return getattr(__import__('microdot.core.' + room, None, None, (name,)), name)


__all__ = ['MemoryStore', 'RedisStore', 'Session', 'SessionDict', 'with_session']

_SHORTEST = 32  # bytes of a key, as long as the digest (RFC 7518 section 3.2)


class SessionDict(_Dict):
    """A session: a dictionary of what JSON can hold, which is kept when `save` is called.

    Attributes: `request`, the request.
    """

    def __init__(self, request: 'Request', session_dict: 'Mapping[str, Any]') -> None:
        super().__init__(session_dict)
        self.request = request

    def save(self) -> None:
        """Keep the session, as it is now, for the next requests; also when this request ends in an error.

        Raises `ValueError` for what is too large for a cookie, or for `Request.max_readline`, and where there is no secret key.
        """
        session_of(self.request).update(self.request, self)

    def delete(self) -> None:
        """Forget the session."""
        session_of(self.request).delete(self.request)

    def renew(self) -> None:
        """Save the session under another name, if it is kept in a store, so that who knows the old name has no part in it."""
        session_of(self.request).update(self.request, self, True)


class Session:
    """Keeps sessions in a signed cookie, or in a store on the server.

    :param app: the application that is served; `initialize` gives it later.
    :param secret_key: the key that signs: at least 32 random bytes, as `bytes` or `str`. Of a list of keys the first signs and
                       all verify, so that a key can be replaced while sessions go on. A store alone needs none.
    :param cookie_options: options for `Response.set_cookie` beside, or in place of, `path='/'`, `http_only=True`,
                           `same_site='Lax'` and `secure`, which is True for requests that came by TLS.
    :param store: an object with the coroutine methods `load(key)`, `save(key, value, max_age)` and `delete(key)`, as
                  `MemoryStore` and `RedisStore` have. The cookie then has a random name in it and nothing else.
    :param max_age: seconds that a session lasts after it was used, 31 days; it is renewed when half of that is over.

    Without a store the client can read what is in the session, but not change it. The cookie ends with the browser.

    Attributes: `secret_key`, `cookie_options`, `store`, `max_age`.

    Example::

        app = Microdot()
        Session(app, secret_key=os.environ['SECRET_KEY'])

        @app.route('/')
        @with_session
        async def index(request, session):
            session['visits'] = session.get('visits', 0) + 1
            session.save()
            return str(session['visits'])
    """

    def __init__(
        self, app: 'Microdot | None' = None, secret_key: 'str | bytes | Sequence[str | bytes] | None' = None,
        cookie_options: 'dict[str, Any] | None' = None, store: 'SessionStore | None' = None, max_age: int = 31 * 24 * 3600,
    ) -> None:
        self.secret_key = secret_key
        self.cookie_options: 'dict[str, Any]' = {'path': '/', 'http_only': True, 'same_site': 'Lax'}
        self.cookie_options.update(cookie_options or {})
        self.store = store
        self.max_age = max_age
        if app:
            self.initialize(app)

    def initialize(
        self, app: 'Microdot', secret_key: 'str | bytes | Sequence[str | bytes] | None' = None,
        cookie_options: 'dict[str, Any] | None' = None,
    ) -> None:
        """Keep the sessions of an application; parameters as for the class, where given."""
        if secret_key is not None:
            self.secret_key = secret_key
        self.cookie_options.update(cookie_options or {})
        if not self.store:
            from .core import tokens  # noqa: F401  # PyJWT is missed now, not with the first request
        if self.secret_key:
            for key in self.keys():
                if len(key) < _SHORTEST:
                    from .core.session_misuse import warn_of_key

                    warn_of_key(key)
        if getattr(app, '_session', None) is None:
            app.after_error_request(finish_after_error)
        app._session = self  # type: ignore[attr-defined]

    def keys(self, secret_key: 'str | bytes | None' = None) -> 'list[bytes]':
        """Return the secret keys, or the one that is given, as bytes; `ValueError` if there is none."""
        keys: 'Any' = secret_key or self.secret_key
        keys = keys if isinstance(keys, (list, tuple)) else [keys]
        keys = [key.encode() if isinstance(key, str) else key for key in keys]
        if not keys or not all(keys):
            from .core.session_misuse import no_key

            raise no_key()
        return keys  # type: ignore[no-any-return]

    def get(self, request: 'Request') -> SessionDict:
        """Return the session of a request, the same object each time; empty if there is none that is valid.

        Raises `ValueError` without a secret key, and `RuntimeError` for a session in a store, which `load` gives.
        """
        state = state_of(request)
        if self.store:
            if state.session is None:
                from .core.session_misuse import not_loaded

                raise not_loaded()
            return state.session
        keys = self.keys()
        if state.session is None:
            from .core.tokens import read_token

            token = request.cookies.get(COOKIE)
            data, expires, is_current = (token and read_token(COOKIE, token, keys)) or ({}, None, True)
            state.session = SessionDict(request, data)
            if data and (not is_current or self.is_due(expires)):
                try:
                    self.update(request, data)
                except ValueError:  # a limit has changed
                    pass
        return state.session

    async def load(self, request: 'Request') -> SessionDict:
        """Return the session of a request, wherever it is kept; after that `get` does too."""
        state = state_of(request)
        if self.store and state.session is None:
            from .core.stored_sessions import StoredSession

            state.stored = StoredSession(self.store, self.max_age)
            data = await state.stored.load(request.cookies.get(COOKIE))
            state.session = SessionDict(request, data)
            if data and self.is_due(state.stored.expires):
                self.update(request, data)
        return self.get(request)

    def update(self, request: 'Request', session: 'Mapping[str, Any]', renew: bool = False) -> None:
        """Keep a dictionary, as it is now, as the session of the client.

        :param renew: keep it under another name; see `SessionDict.renew`.

        Raises `ValueError` as `SessionDict.save` does.
        """
        if self.store:
            self.get(request)
            value = state_of(request).stored.put(session, renew)
        else:
            value = self.encode(session)
        set_cookie(request, self.cookie_options, COOKIE, value)

    def delete(self, request: 'Request') -> None:
        """Forget the session of the client."""
        if self.store:
            self.get(request)
            state_of(request).stored.remove()
        set_cookie(request, self.cookie_options, COOKIE, None)

    def encode(self, payload: 'Mapping[str, Any]', secret_key: 'str | bytes | None' = None) -> str:
        """Return a dictionary as the signed value of a cookie.

        :param secret_key: a key to use in place of the session's.
        """
        from .core.tokens import make_token

        return make_token(COOKIE, payload, self.keys(secret_key), self.max_age)

    def decode(self, session: str, secret_key: 'str | bytes | None' = None) -> 'dict[str, Any]':
        """Return the dictionary in the value of a cookie, `{}` if that is not valid.

        :param secret_key: a key to use in place of the session's.
        """
        from .core.tokens import read_token

        found = read_token(COOKIE, session, self.keys(secret_key))
        return found[0] if found else {}

    def is_due(self, expires: 'Any') -> bool:
        """Tell whether a session that ends at a time has to be renewed."""
        from .core.expiry import unix_time

        now = unix_time()
        return now is not None and (not isinstance(expires, int) or expires - now < self.max_age // 2)


def with_session(f: 'Callable[..., Any]') -> 'Callable[..., Any]':
    """Give the session of the request to the decorated function, which is called with it after the request.

    The decorator stands below that of the route; `RuntimeError` above it.

    Example::

        @app.route('/name')
        @with_session
        async def name(request, session):
            return session.get('name', 'nobody')
    """

    async def handler(request: 'Request', *args: 'Any', **kwargs: 'Any') -> 'Any':
        return await call(f, request, await session_of(request).load(request), *args, **kwargs)

    return replace(f, handler)


def session_of(request: 'Request') -> Session:
    """Return what keeps the sessions of an application; `RuntimeError` if nothing does."""
    session = getattr(request.app, '_session', None)
    if session is None:
        from .core.session_misuse import no_sessions

        raise no_sessions()
    return session  # type: ignore[no-any-return]
