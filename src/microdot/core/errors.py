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
        super().__init__(self.reason)
