# Knows two dictionaries: one blind to case, one with several values a key. Must not know HTTP.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    _Dict = dict[str, Any]
else:
    _Dict = dict

_MISSING = object()


class NoCaseDict(_Dict):
    """A dictionary whose string keys are compared without regard to case.

    :param initial_dict: a dictionary to copy from.

    A key keeps the spelling in which it was first set; iteration and equality see that spelling.

    Example::

        d = NoCaseDict({'Content-Type': 'text/html'})
        d['content-type'] == 'text/html'
    """

    def __init__(self, initial_dict: 'Mapping[str, Any] | None' = None) -> None:
        super().__init__()
        self.keymap: 'dict[str, str]' = {}  # lower case -> the spelling stored, where they differ
        if initial_dict:
            self.update(initial_dict)

    def _stored(self, key: str) -> str:
        lower = key.lower()
        return self.keymap.get(lower, lower)

    def __setitem__(self, key: str, value: 'Any') -> None:
        lower = key.lower()
        stored = self.keymap.get(lower)
        if stored is None:
            stored = lower
            if key != lower and super().get(lower, _MISSING) is _MISSING:
                self.keymap[lower] = stored = key
        super().__setitem__(stored, value)

    def __getitem__(self, key: str) -> 'Any':
        return super().__getitem__(self._stored(key))

    def __delitem__(self, key: str) -> None:
        super().__delitem__(self._stored(key))
        self.keymap.pop(key.lower(), None)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key, _MISSING) is not _MISSING

    def get(self, key: str, default: 'Any' = None) -> 'Any':
        """Return the value of a key in any spelling, or a default."""
        lower = key.lower()
        return super().get(self.keymap.get(lower, lower), default)

    def pop(self, key: str, *default: 'Any') -> 'Any':
        """Remove a key in any spelling and return its value; `KeyError` if absent and no default is given."""
        value = super().pop(self._stored(key), *default)
        self.keymap.pop(key.lower(), None)
        return value

    def setdefault(self, key: str, default: 'Any' = None) -> 'Any':
        """Return the value of a key in any spelling, after setting it to a default if absent."""
        lower = key.lower()
        stored = self.keymap.get(lower, lower)
        value = super().get(stored, _MISSING)
        if value is not _MISSING:
            return value
        if stored is lower and key != lower:
            self.keymap[lower] = stored = key
        super().__setitem__(stored, default)
        return default

    def update(self, other_dict: 'Mapping[str, Any] | None' = None, **values: 'Any') -> None:  # type: ignore[override]
        """Set every key of another dictionary, and every keyword argument."""
        _update(self, other_dict, values)

    def copy(self) -> 'NoCaseDict':
        """Return a copy that is blind to case too."""
        return NoCaseDict(self)


class MultiDict(_Dict):
    """A dictionary that keeps several values for a key.

    :param initial_dict: a dictionary to copy from, one value a key.

    Setting a key adds a value. Indexing and `get` give the first value; `items`, `values`, `pop` and equality see
    a list of values for each key.

    Example::

        d = MultiDict({'color': 'red'})
        d['color'] = 'blue'
        d['color'] == 'red'
        d.getlist('color') == ['red', 'blue']
    """

    def __init__(self, initial_dict: 'Mapping[str, Any] | None' = None) -> None:
        super().__init__()
        if initial_dict:
            self.update(initial_dict)

    def __setitem__(self, key: str, value: 'Any') -> None:
        values = super().get(key)
        if values is None:
            super().__setitem__(key, [value])
        else:
            values.append(value)

    def __getitem__(self, key: str) -> 'Any':
        return super().__getitem__(key)[0]

    def get(self, key: str, default: 'Any' = None, type: 'Callable[[Any], Any] | None' = None) -> 'Any':
        """Return the first value of a key.

        :param default: what to return if the key is absent.
        :param type: converts the value; what it raises is not caught.
        """
        values = super().get(key)
        if values is None:
            return default
        return type(values[0]) if type else values[0]

    def getlist(self, key: str, type: 'Callable[[Any], Any] | None' = None) -> 'list[Any]':
        """Return all values of a key in the order in which they were set, `[]` if absent.

        :param type: converts each value; what it raises is not caught.
        """
        values: 'list[Any]' = super().get(key, [])
        return [type(value) for value in values] if type else list(values)

    def setdefault(self, key: str, default: 'Any' = None) -> 'Any':
        """Return the first value of a key, after setting it to a default if absent."""
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, other_dict: 'Mapping[str, Any] | None' = None, **values: 'Any') -> None:  # type: ignore[override]
        """Add every value of another dictionary, all of them where it is a `MultiDict`, and every keyword argument."""
        if isinstance(other_dict, MultiDict):
            for key in other_dict:
                for value in other_dict.getlist(key):
                    self[key] = value
            other_dict = None
        _update(self, other_dict, values)


def _update(target: 'dict[str, Any]', *sources: 'Mapping[str, Any] | None') -> None:
    for source in sources:
        if source:
            for key in source:
                target[key] = source[key]
