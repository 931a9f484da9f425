# Knows the exceptions that mean an answer. Must not know requests, responses or the wire.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class HTTPException(Exception):
    """An error that is answered with its status code and its reason as a text body.

    :param status_code: the status code of the answer (RFC 9110 section 15).
    :param reason: the text of the answer; `'<status code> error'` if not given.
    :param headers: headers of the answer, where it has none of the name.

    Example::

        raise HTTPException(503, 'Closed for the night', {'Retry-After': '3600'})
    """

    method = ''  # of a request that is refused, where it is known

    def __init__(self, status_code: int, reason: 'str | None' = None, headers: 'Mapping[str, str] | None' = None) -> None:
        self.status_code = status_code
        self.headers = headers
        self.reason: str = reason or str(status_code) + ' error'
        super().__init__(self.reason)
