# Knows what can be wrong with the use of sessions, and says how it is mended. Must not know how sessions work.
from .compat import WARNING, log


def no_key() -> Exception:
    """Return the error for sessions that cannot be signed."""
    return ValueError("the session has no secret key: Session(app, secret_key='...')")


def no_sessions() -> Exception:
    """Return the error for an application that has no sessions."""
    return RuntimeError("the application has no sessions: Session(app, secret_key='...')")


def not_loaded() -> Exception:
    """Return the error for a session in a store that nothing has loaded."""
    return RuntimeError('the session is in a store: decorate with with_session, or await session.load(request)')


def too_long(name: str, length: int) -> Exception:
    """Return the error for a cookie that would not come back."""
    return ValueError('the cookie %s would be too long, with %d bytes' % (name, length))


def warn_of_key(key: bytes) -> None:
    """Log that a key is short."""
    log(WARNING, 'A secret key of the session has %d bytes: 32 random ones or more are safe', len(key))
