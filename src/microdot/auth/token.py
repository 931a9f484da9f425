# Knows authentication by a token (RFC 6750), which programs send. Must not know what is in the token.
from ..core.errors import HTTPException
from . import BaseAuth, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from .. import Request


class TokenAuth(BaseAuth):
    """Authentication by a token (RFC 6750), for scripts and other programs.

    :param header: the header in which the token is sent. In any but `Authorization` it stands alone, without the scheme.
    :param scheme: the name of the scheme before the token.
    :param error_status: the status code of the answer to a request without the right token.
    :param realm: what is protected, for the header `WWW-Authenticate`.

    Example::

        auth = TokenAuth()

        @auth.authenticate
        async def check(request, token):
            return tokens.get(token)
    """

    def __init__(
        self, header: str = 'Authorization', scheme: str = 'Bearer', error_status: int = 401, realm: str = 'Please login',
    ) -> None:
        self.header = header
        self.scheme = scheme
        self.error_status = error_status
        self.realm = realm

    async def authentication_error(self, request: 'Request') -> 'NoReturn':
        """Abort a request without the right token."""
        raise HTTPException(self.error_status, None, self._challenge(request))

    def _credentials(self, request: 'Request') -> 'tuple[str, ...] | None':
        token = request.headers.get(self.header, '')
        if self._is_alone():
            self._vary(request)
        else:
            scheme, _, token = token.partition(' ')
            if scheme.lower() != self.scheme.lower():
                return None
        return (token.strip(),) if token.strip() else None

    def _challenge(self, request: 'Request', error: 'str | None' = None) -> 'dict[str, str]':
        scheme = self.header if self._is_alone() else self.scheme
        value = '%s realm=%s' % (scheme, quoted(self.realm))
        if error or self._credentials(request):  # RFC 6750 3.1
            value += ', error="%s"' % (error or 'invalid_token')
        return {'WWW-Authenticate': value}

    def _is_alone(self) -> bool:
        return self.header.lower() != 'authorization'
