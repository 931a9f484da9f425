# Knows the exceptions that mean an answer. Must not know requests, responses or the wire.


class HTTPException(Exception):
    """An error that is answered with its status code and its reason as a text body.

    :param status_code: the status code of the answer (RFC 9110 section 15).
    :param reason: the text of the answer; `'<status code> error'` if not given.

    Example::

        raise HTTPException(404, 'No such book')
    """

    def __init__(self, status_code: int, reason: 'str | None' = None) -> None:
        self.status_code = status_code
        self.reason: str = reason or str(status_code) + ' error'

    def __str__(self) -> str:
        return self.reason


TYPE_CHECKING = False
if TYPE_CHECKING:
    _NotFoundError = FileNotFoundError
else:
    try:
        _NotFoundError = FileNotFoundError
    except NameError:  # UPY: it has no subclasses of OSError
        _NotFoundError = OSError


class MissingFile(_NotFoundError):
    """There is no such file; answered with 404, unless the application catches the `OSError`."""

    status_code = 404
    reason = 'Not found'


def _malformed_input() -> 'type[HTTPException]':
    try:
        return type('MalformedInput', (HTTPException, ValueError), {})
    except TypeError:  # UPY: a class cannot have two built-in bases
        return HTTPException


# What a body, a query or a cookie that does not parse raises.
# COMPAT: it is a ValueError as well where the Python can do that.
MalformedInput = _malformed_input()
