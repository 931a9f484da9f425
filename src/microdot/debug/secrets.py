# Knows what of a request nobody is to read over the developer's shoulder, or in a screenshot. Must not know HTML.
import base64
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MASK = '********'

_NAME = re.compile(
    r'pass|pwd|secret|token|auth|api.?key|access.?key|private|credential|cookie|session|csrf|xsrf|signature|jwt|otp|'
    r'\bpin\b|\bcvv?\b', re.IGNORECASE)
_SHORTEST = 6  # characters of a secret that is looked for in other texts; shorter ones are parts of words


class Secrets:
    """Masks what is secret by its name, and from then on wherever it occurs."""

    def __init__(self) -> None:
        self._values: 'set[str]' = set()

    def value(self, name: str, value: 'Any') -> 'Any':
        """Return a value, or a mask if it has the name of a secret; lists and dictionaries with all they hold."""
        if _NAME.search(str(name)):
            self.remember(value)
            return MASK
        if isinstance(value, dict):
            return {key: self.value(key, item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.value(name, item) for item in value]
        return value

    def header(self, name: str, value: str) -> str:
        """Return the value of a header, of one with credentials only their scheme, and of a URL no query."""
        if name.lower() in ('authorization', 'proxy-authorization'):
            scheme, _, credentials = value.partition(' ')
            self.remember(credentials or scheme)
            self.remember(_password(credentials))
            return scheme + ' ' + MASK if credentials else MASK
        if name.lower() == 'referer' and '?' in value:
            return value.partition('?')[0] + '?' + MASK
        return str(self.value(name, value))

    def remember(self, value: 'Any') -> None:
        """Keep a value, or all that it holds, as a secret."""
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            for item in value:
                self.remember(item)
        elif len(str(value)) >= _SHORTEST:
            self._values |= {str(value), repr(value)[1:-1] if isinstance(value, str) else str(value)}

    def clean(self, text: str) -> str:
        """Return a text with a mask in place of every secret."""
        for value in sorted(self._values, key=len, reverse=True):
            text = text.replace(value, MASK)
        return text


def _password(credentials: str) -> str:
    try:
        return base64.b64decode(credentials).decode().partition(':')[2]
    except ValueError:
        return ''
