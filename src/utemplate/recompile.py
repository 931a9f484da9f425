# Knows when a template has changed. Must not know how it is compiled.
import os
import time

from .compiled import module_path
from .source import Loader as SourceLoader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .compiled import Render

_UNSURE = 3  # seconds in which a second change may not show: FAT file systems tell every other second


class Loader(SourceLoader):
    """Loads templates, and compiles those that are not compiled or have changed since.

    The parameters are those of `compiled.Loader`. A template that is not there may be compiled already.
    """

    def __init__(self, package: 'str | None' = None, folder: str = 'templates', autoescape: bool = False) -> None:
        super().__init__(package, folder, autoescape)
        self._stamps: 'dict[str, tuple[int, int]]' = {}  # of the templates that are loaded

    def load(self, name: str) -> 'Render':
        path = self.folder + '/' + module_path(name)
        stamp = stamp_of(self.folder + '/' + name)
        render = self.loaded.get(name)
        if render and stamp == self._stamps.get(name):
            return render
        if not stamp:
            return super().load(name)
        age = time.time() - stamp[0]
        names: 'dict[str, Any] | None' = None
        if not render and (stamp_of(path + '.py') or stamp_of(path + '.mpy') or stamp)[0] > stamp[0]:
            names = self.find_compiled(name, True)
        if names is None:
            names = self.compile(name)
        render = self.loaded[name] = self.bind(name, names)
        if not 0 <= age < _UNSURE:
            self._stamps[name] = stamp
        return render


def stamp_of(path: str) -> 'tuple[int, int] | None':
    """Return the second of a file's last change and its size in bytes, None if it is not there."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return int(status[8]), status[6]
