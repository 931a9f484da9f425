# Knows a store for sessions in Redis. Must not know sessions.
import asyncio
import weakref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from redis.asyncio import Redis


class RedisStore:
    """Keeps sessions in Redis, for any number of processes (CPython).

    :param server: the URL of the server, such as `'redis://localhost:6379/0'`, or a client of `redis.asyncio`.
    :param prefix: what the keys begin with.

    Raises `ImportError` without the package `redis`. What this raises of a server that is not there goes through the methods.

    Example::

        store = RedisStore('redis://localhost')
        app.on_shutdown(store.close)
        Session(app, store=store)
    """

    def __init__(self, server: 'str | Redis', prefix: str = 'session:') -> None:
        try:
            import redis.asyncio as package
        except ImportError as exc:
            raise ImportError("sessions in Redis need its package: pip install 'microdot[redis]'") from exc
        self.prefix = prefix
        self._server = server
        self._package = package
        # A client belongs to the event loop in which it has connected.
        self._clients: 'weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Redis]' = weakref.WeakKeyDictionary()

    async def load(self, key: str) -> 'str | None':
        """Return a value, None if there is none or its time is over."""
        value = await self._client().get(self.prefix + key)
        return value.decode() if isinstance(value, bytes) else value

    async def save(self, key: str, value: str, max_age: int) -> None:
        """Keep a value for a number of seconds."""
        await self._client().set(self.prefix + key, value, ex=max_age)

    async def delete(self, key: str) -> None:
        """Forget a value, if there is one."""
        await self._client().delete(self.prefix + key)

    async def close(self) -> None:
        """Close the connections of the running event loop, but not those of a client that was given."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client:
            await client.aclose()

    def _client(self) -> 'Redis':
        if not isinstance(self._server, str):
            return self._server
        loop = asyncio.get_running_loop()
        client = self._clients.get(loop)
        if client is None:
            client = self._clients[loop] = self._package.Redis.from_url(self._server)
        return client
