# Knows who is logged in: by the session, or by a token that remembers the browser. Must not know how either is kept.
from . import redirect
from .core.compat import SMALL, invoke_handler
from .core.decorators import call, replace
from .core.session_state import state_of
from .core.urls import urlencode
from .session import session_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from . import Request, Response
    from .core.login_rest import F
if TYPE_CHECKING or not SMALL:
    from .core.login_rest import LoginRest
else:
    from .core.compat import Late as LoginRest

__all__ = ['Login']


class Login(LoginRest):
    """Logs users in and out, and lets them alone into routes.

    :param login_url: the path of the page where users log in.

    The application needs a `Session`. A user is any object with an attribute `id` that JSON can hold.

    Example::

        login = Login()

        @login.user_loader
        async def load_user(user_id):
            return users.get(user_id)

        @app.route('/')
        @login
        async def index(request):
            return 'Hello, ' + request.g.current_user.name
    """

    rest = 'core.login_rest'
    user_loader_callback: 'Callable[..., Any] | None' = None

    def __init__(self, login_url: str = '/login') -> None:
        self.login_url = login_url

    def user_loader(self, f: 'F') -> 'F':
        """Register the function that finds users.

        :param f: called with the id of a user; returns the user, None if there is none.
        """
        self.user_loader_callback = f
        return f

    async def login_user(
        self, request: 'Request', user: 'Any', remember: 'bool | float' = False, redirect_url: str = '/'
    ) -> 'Response':
        """Log a user in, and return a redirect to the page that was asked for.

        :param user: the user.
        :param remember: whether the browser is remembered when its session has ended: True for 30 days, or a number of days.
        :param redirect_url: where to if no page of this site was asked for.

        Example::

            @app.post('/login')
            async def log_in(request):
                user = users.get(request.form['name'])
                if verify_password(request.form['password'], user and user.password_hash):
                    return await login.login_user(request, user)
                return redirect('/login')
        """
        sessions = session_of(request)
        session = await sessions.load(request)
        if session.get('_user_id', user.id) != user.id:
            session.clear()  # it was another user's
        session['_user_id'] = user.id
        session['_fresh'] = True
        session.renew()
        request.g.current_user = user
        if remember or '_remember' in request.cookies:
            await self.remember(sessions, request, user, remember)
        page = request.args.get('next', '')
        # Browsers take a backslash for a slash, two of which begin a host, and leave out line ends and tabs.
        if page[:1] != '/' or page[1:2] in ('/', '\\') or min(page) < ' ' or '\x7f' in page:
            page = redirect_url
        return redirect(page)

    async def logout_user(self, request: 'Request') -> None:
        """Log the user out, and forget the browser.

        A remember-me token that somebody has copied before ends only by its version; see `token_version`.
        """
        sessions = session_of(request)
        session = await sessions.load(request)
        session.pop('_user_id', None)
        session.pop('_fresh', None)
        session.renew()
        request.g.current_user = None
        if '_remember' in request.cookies:
            self.forget(sessions, request)

    async def get_current_user(self, request: 'Request') -> 'Any':
        """Return the user who is logged in, None if nobody is; it is `request.g.current_user` from then on.

        Raises `RuntimeError` where no user loader is registered, or the application has no sessions.
        """
        user = getattr(request.g, 'current_user', None)
        if user is None:
            sessions = session_of(request)
            session = await sessions.load(request)
            token = None
            if '_user_id' not in session and '_remember' in request.cookies:
                token = self.remembered(sessions, request)
            user_id = (token or session).get('_user_id')
            if user_id is not None:
                if not self.user_loader_callback:
                    raise self.no_loader()
                user = await invoke_handler(self.user_loader_callback, user_id)
                if token:
                    user = await self.restore(sessions, request, session, user, token)
            request.g.current_user = user
        return user

    def __call__(self, f: 'Callable[..., Any]', fresh: 'bool | None' = False) -> 'Callable[..., Any]':
        """Let users who are logged in alone into the decorated route, and send all others to the login page.

        :param fresh: True lets those alone in who have logged in during this session, and None everybody, as `fresh` and
                      `optional` do.

        The decorator stands below that of the route; `RuntimeError` above it, where it would have no effect. The responses have
        `Cache-Control: no-store` unless they say otherwise.
        """

        async def handler(request: 'Request', *args: 'Any', **kwargs: 'Any') -> 'Any':
            user = await self.get_current_user(request)
            if user is not None:
                state_of(request).private = True
            if fresh is not None and (user is None or (fresh and not (await session_of(request).load(request)).get('_fresh'))):
                return redirect(self.login_url + '?next=' + urlencode(request.url))
            return await call(f, request, *args, **kwargs)

        return replace(f, handler)

    def fresh(self, f: 'Callable[..., Any]') -> 'Callable[..., Any]':
        """Let those users alone into the decorated route who have logged in during this session, not those who were remembered."""
        return self(f, True)
