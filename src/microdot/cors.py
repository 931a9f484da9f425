# Knows what scripts of other sites may do here: cross-origin resource sharing (Fetch standard, section 3.2).
# Must not know routes.
from .core.hooks import add_vary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from . import Microdot, Request, Response

__all__ = ['CORS']

# UPY: each name of a header in full would take 48 bytes.
_ALLOW = 'Access-Control-Allow-'
_REQUEST = 'Access-Control-Request-'


class CORS:
    """Lets scripts of other origins use an application.

    :param app: the application, or none yet, for `initialize`.
    :param allowed_origins: the origins whose scripts may read responses, such as `'https://example.com'`: a scheme, a host, and
                            the port unless it is the scheme's, without a slash at the end. `'*'` is every origin.
    :param allow_credentials: whether those scripts may have cookies and the like sent along. It has no effect with `'*'`: every
                              site could read what is meant for your users.
    :param allowed_methods: the methods beside GET, HEAD and POST that they may use; all if not given.
    :param expose_headers: the headers of responses that they may read beside those that the standard lets them.
    :param allowed_headers: the headers that they may send beside those that the standard lets them; all if not given.
    :param max_age: seconds for which browsers may remember the answer to a preflight request; 5 in most if not given.
    :param handle_cors: False installs nothing; the application calls `get_cors_headers` itself.

    The parameters are attributes, `allowed_headers` in lower case and `allowed_methods` in upper case.

    CORS does not keep requests out. It tells browsers what to show to scripts, and the requests of scripts for which browsers do
    not ask beforehand are handled before that; `microdot.csrf` refuses them.

    Example::

        CORS(app, allowed_origins=['https://example.com'], allow_credentials=True)
    """

    default_options_handler: 'Callable[[Request], dict[str, str]] | None' = None

    def __init__(
        self, app: 'Microdot | None' = None, allowed_origins: 'Collection[str] | None' = None, allow_credentials: bool = False,
        allowed_methods: 'Collection[str] | None' = None, expose_headers: 'Collection[str] | None' = None,
        allowed_headers: 'Collection[str] | None' = None, max_age: 'int | None' = None, handle_cors: bool = True,
    ) -> None:
        self.allowed_origins = allowed_origins
        self.allow_credentials = allow_credentials
        self.allowed_methods = allowed_methods and [method.upper() for method in listed(allowed_methods)]
        self.expose_headers = expose_headers and listed(expose_headers)
        self.allowed_headers = allowed_headers and [name.lower() for name in listed(allowed_headers)]
        self.max_age = max_age
        if app:
            self.initialize(app, handle_cors)

    def initialize(self, app: 'Microdot', handle_cors: bool = True) -> None:
        """Install this in an application.

        :param app: the application.
        :param handle_cors: False installs nothing.
        """
        self.default_options_handler = app.options_handler
        if handle_cors:
            app.options_handler = self.options_handler
            app.after_request(self._after_request)
            app.after_error_request(self._after_request)

    def options_handler(self, request: 'Request') -> 'dict[str, str]':
        """Return the headers of an automatic answer to OPTIONS, which a preflight request is."""
        headers = self.default_options_handler(request) if self.default_options_handler else {}
        headers.update(self.get_cors_headers(request))
        return headers

    def get_cors_headers(self, request: 'Request') -> 'dict[str, str]':
        """Return the headers that the response to a request needs."""
        headers = {}
        origin = request.headers.get('Origin')
        allowed = listed(self.allowed_origins or ())
        all_origins = '*' in allowed
        if origin and (all_origins or origin in allowed):
            headers[_ALLOW + 'Origin'] = origin
            headers['Vary'] = 'Origin'
        elif all_origins:
            headers[_ALLOW + 'Origin'] = '*'
        if headers and self.allow_credentials and not all_origins:
            headers[_ALLOW + 'Credentials'] = 'true'
        if headers and request.method == 'OPTIONS':
            self._add_preflight(request, headers)
        if self.expose_headers:
            headers['Access-Control-Expose-Headers'] = ', '.join(self.expose_headers)
        return headers

    def _add_preflight(self, request: 'Request', headers: 'dict[str, str]') -> None:
        if self.max_age is not None:
            headers['Access-Control-Max-Age'] = str(self.max_age)
        method = request.headers.get(_REQUEST + 'Method', '').upper()
        if method and (self.allowed_methods is None or method in self.allowed_methods):
            headers[_ALLOW + 'Methods'] = method
        names = request.headers.get(_REQUEST + 'Headers')
        if names and self.allowed_headers is not None:
            names = ', '.join([name for name in listed(names) if name.lower() in self.allowed_headers])
        if names:
            headers[_ALLOW + 'Headers'] = names

    def after_request(self, request: 'Request', response: 'Response') -> None:
        """Add the headers to the response to a request."""
        headers = self.get_cors_headers(request)
        if headers.pop('Vary', None):
            add_vary(response, {'Origin'})
        response.headers.update(headers)

    async def _after_request(self, request: 'Request | None', response: 'Response') -> None:
        # A coroutine, so that it runs in no thread of its own.
        if request:
            self.after_request(request, response)


def listed(names: 'Collection[str]') -> 'list[str]':
    """Return names as a list; of a text, those between its commas."""
    return [name.strip() for name in names.split(',')] if isinstance(names, str) else list(names)
