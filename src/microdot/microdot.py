# The old door to the core: the same objects under the name `microdot.microdot`. Nothing lives here.
from . import (
    AsyncBytesIO as AsyncBytesIO,
    HTTPException as HTTPException,
    Microdot as Microdot,
    MultiDict as MultiDict,
    NoCaseDict as NoCaseDict,
    Request as Request,
    Response as Response,
    URLPattern as URLPattern,
    abort as abort,
    iscoroutine as iscoroutine,
    redirect as redirect,
    send_file as send_file,
    urldecode as urldecode,
    urlencode as urlencode,
)
from .core.compat import invoke_handler as invoke_handler, mro as mro, print_exception as print_exception
from .core.response_rest import MUTED_SOCKET_ERRORS as MUTED_SOCKET_ERRORS
