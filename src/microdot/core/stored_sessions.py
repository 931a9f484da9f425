# Knows how a session is kept in a store: under a random name, which its cookie has in it. Must not know cookies or requests.
import binascii
import hashlib
import json
import os

from .expiry import is_past, pack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Protocol

    class SessionStore(Protocol):
        """Where sessions are kept on the server; see `Session`."""

        async def load(self, key: str) -> 'str | None':
            """Return what was saved, None if that is nothing or its time is over."""

        async def save(self, key: str, value: str, max_age: int) -> None:
            """Keep a value, in place of one that is kept already, for a number of seconds."""

        async def delete(self, key: str) -> None:
            """Forget a value, if there is one."""


class StoredSession:
    """A session in a store, during a request.

    :param store: the store.
    :param max_age: seconds that a session lasts.

    Attributes: `expires`, when what was loaded ends, in seconds since 1970; None if that is not told.
    """

    expires: 'Any' = None
    _loaded: 'str | None' = None  # the name under which it was found

    def __init__(self, store: 'SessionStore', max_age: int) -> None:
        self._store = store
        self._max_age = max_age
        self._name: 'str | None' = None  # what the cookie has in it; a name that the store does not know is not taken on
        self._value: 'str | None' = None  # what is to be saved
        self._obsolete: 'list[str]' = []  # the names of what is to be deleted

    async def load(self, name: 'str | None') -> 'dict[str, Any]':
        """Return the session with a name, `{}` if there is none."""
        value = name and await self._store.load(_key(name))
        if not value:
            return {}
        try:
            members = json.loads(value)
            data: 'dict[str, Any]' = dict(members['session'])
            self.expires = members.get('exp')
        except (KeyError, TypeError, ValueError):  # of another application, or another version of this one
            return {}
        if is_past(self.expires):
            return {}
        self._name = self._loaded = name
        return data

    def put(self, session: 'Mapping[str, Any]', renew: bool) -> str:
        """Save a session when the request ends; return its name.

        :param renew: whether it gets another name.
        """
        value = pack('session', session, self._max_age).decode()
        if renew:
            self.remove()
        if self._name is None:
            # 192 bits, of which OWASP asks 64.
            self._name = binascii.b2a_base64(os.urandom(24)).decode().strip().replace('+', '-').replace('/', '_')
        self._value = value
        return self._name

    def remove(self) -> None:
        """Delete the session when the request ends."""
        if self._name is not None:
            self._obsolete.append(self._name)
        self._name = self._value = None

    async def finish(self) -> bool:
        """Do what is to be done, once; return False if another request has deleted the session meanwhile, which stays so."""
        while self._obsolete:
            await self._store.delete(_key(self._obsolete[-1]))
            self._obsolete.pop()
        if self._name is not None and self._value is not None:
            if self._name == self._loaded and not await self._store.load(_key(self._name)):
                return False
            await self._store.save(_key(self._name), self._value, self._max_age)
            self._value = None
        return True


def _key(name: str) -> str:
    # Who reads the store learns nothing that a cookie could be made of, and what a client sends is no key as it is.
    return binascii.hexlify(hashlib.sha256(name.encode()).digest()).decode()
