# Knows how an application fills in templates of utemplate. Must not know how these are compiled.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

__all__ = ['Template']

_loader: 'Any' = None


class Template:
    """A template of utemplate, a template engine for both Pythons.

    :param template: the name of the template: a path relative to the folder of the templates.

    Attributes: `name`, and `template`, the generator function that the template was compiled to.

    Raises `utemplate.TemplateError` for a template that is not there or cannot be compiled, with the line, and for a name
    that might lead out of the folder.

    Example::

        @app.get('/')
        async def index(request):
            return Template('index.html').generate_async(title='Tomatoes'), {'Content-Type': 'text/html'}
    """

    @classmethod
    def initialize(cls, template_dir: str = 'templates', loader_class: 'Any' = None, autoescape: bool = False) -> None:
        """Say where templates are and how they are loaded; without it, the defaults are used.

        :param template_dir: the folder of the templates.
        :param loader_class: what loads them: `utemplate.recompile.Loader` if not given, which compiles a template whenever it
                             has changed, `utemplate.source.Loader`, which compiles it once, `utemplate.compiled.Loader`, which
                             never does, or any class with the same method `load` whose objects are made with None and the
                             folder.
        :param autoescape: escape what is put into templates named `.html`, `.htm`, `.xhtml`, `.xml` or `.svg`, but for
                           `safe(x)` and what has a method `__html__`. A class of another kind has to take this parameter.

        Example::

            Template.initialize('pages', autoescape=True)
        """
        global _loader
        if loader_class is None:
            from utemplate.recompile import Loader as loader_class
        options = {'autoescape': True} if autoescape else {}
        _loader = loader_class(None, template_dir, **options)

    def __init__(self, template: str) -> None:
        if _loader is None:
            self.initialize()
        self.name = template
        loader: 'Any' = _loader
        self.template = loader.load(template)

    def generate(self, *args: 'Any', **kwargs: 'Any') -> 'Iterator[str]':
        """Fill the template in, piece by piece.

        :param args: the arguments of the template.
        :param kwargs: its arguments by name.

        Returns an iterator, which may be the body of a response.
        """
        return self.template(*args, **kwargs)  # type: ignore[no-any-return]

    def render(self, *args: 'Any', **kwargs: 'Any') -> str:
        """Fill the template in and return all of it; the parameters are those of `generate`."""
        return ''.join(self.template(*args, **kwargs))

    def generate_async(self, *args: 'Any', **kwargs: 'Any') -> '_Pieces':
        """Return an asynchronous iterator of what `generate` gives."""
        return _Pieces(self.template(*args, **kwargs))

    async def render_async(self, *args: 'Any', **kwargs: 'Any') -> str:
        """Return what `render` does."""
        return self.render(*args, **kwargs)


class _Pieces:
    # UPY: there are no asynchronous generators.

    def __init__(self, pieces: 'Any') -> None:
        self._pieces = pieces

    def __aiter__(self) -> '_Pieces':
        return self

    async def __anext__(self) -> str:
        for piece in self._pieces:
            return piece  # type: ignore[no-any-return]
        raise StopAsyncIteration

    async def aclose(self) -> None:
        if hasattr(self._pieces, 'close'):
            self._pieces.close()
