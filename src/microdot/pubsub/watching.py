# Knows how who is subscribed to what happens in a place counts as one who looks, where processes may end without a word.
# Must not know what carries that.

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from . import Backend
    from .presence import Presence
    from .subscription import Subscription


def watch(subscription: 'Subscription', presence: 'Presence') -> None:
    """Have a subscription that has not begun count as one who looks, for as long as it lasts."""
    backend: 'Any' = _Watched(subscription._backend, presence)
    subscription._backend = backend


class _Watched:
    # The backend, as a subscription sees it.

    _looks = False

    def __init__(self, backend: 'Backend', presence: 'Presence') -> None:
        self._backend = backend
        self._presence = presence

    def __getattr__(self, name: str) -> 'Any':
        return getattr(self._backend, name)

    async def subscribe(self, subscription: 'Subscription') -> None:
        await self._backend.subscribe(subscription)
        self._looks = True
        self._presence._entries.append('')
        self._presence._watch()

    def unsubscribe(self, subscription: 'Subscription') -> None:
        self._backend.unsubscribe(subscription)
        if self._looks:
            self._looks = False
            self._presence._entries.remove('')
            self._presence._watch()
