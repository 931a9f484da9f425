# Knows the exceptions for input that does not parse and files that are not there. Must not know requests.
from .errors import HTTPException

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
