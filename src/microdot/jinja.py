# Knows how an application fills in templates of Jinja, on CPython. Must not know servers.
import asyncio
from collections.abc import AsyncIterator, Iterator
from inspect import isawaitable
from typing import Any, ClassVar

try:
    from jinja2 import Environment, FileSystemLoader, Template as JinjaTemplate, select_autoescape
    from jinja2.runtime import Context
except ImportError as exc:
    raise ImportError("templates of Jinja need its package: pip install 'microdot[jinja]'") from exc

__all__ = ['Template']

_MARKUP = ('html', 'htm', 'xml', 'xhtml', 'svg')
_ENDINGS = [name + ending for name in _MARKUP for ending in ('', '.j2', '.jinja', '.jinja2')]


class Template:
    """A template of Jinja, which has to be installed: `pip install microdot[jinja]`.

    :param template: the name of the template: a path relative to the folder of the templates.
    :param kwargs: are passed on to `jinja2.Environment.get_template`.

    Attributes: `name`, `template`, the `jinja2.Template`, and of the class `jinja_env`, the `jinja2.Environment`.

    Raises `jinja2.TemplateNotFound` and other exceptions of Jinja.

    Example::

        @app.get('/')
        async def index(request):
            return Template('index.html').render(title='Tomatoes'), {'Content-Type': 'text/html'}
    """

    jinja_env: 'ClassVar[Environment | None]' = None
    _without_async: 'ClassVar[tuple[Environment, Environment] | None]' = None  # an environment, and its like without

    @classmethod
    def initialize(cls, template_dir: str = 'templates', enable_async: bool = False, **kwargs: Any) -> Environment:
        """Make the environment of the templates; without it, one with the defaults is made.

        :param template_dir: the folder of the templates.
        :param enable_async: whether templates can await; `generate_async` and `render_async` need it.
        :param kwargs: are passed on to `jinja2.Environment`, in place of `loader` and `autoescape` too.

        What is put into templates named `.html`, `.htm`, `.xml`, `.xhtml` or `.svg`, and these with `.j2`, `.jinja` or
        `.jinja2`, is escaped. Returns the environment, to which filters can be added.

        Example::

            Template.initialize('pages', trim_blocks=True).filters['shout'] = str.upper
        """
        kwargs.setdefault('loader', FileSystemLoader(template_dir))
        kwargs.setdefault('autoescape', select_autoescape(_ENDINGS))
        cls.jinja_env = Environment(enable_async=enable_async, **kwargs)
        return cls.jinja_env

    def __init__(self, template: str, **kwargs: Any) -> None:
        env = self.jinja_env or self.initialize()
        self.name = template
        self.template = env.get_template(template, **kwargs)
        self._kwargs = kwargs

    def generate(self, *args: Any, **kwargs: Any) -> Iterator[str]:
        """Fill the template in, piece by piece.

        :param args: dictionaries of variables.
        :param kwargs: variables.

        Returns an iterator, which may be the body of a response. In the event loop a template cannot await: calling a coroutine
        function raises `RuntimeError`.
        """
        return self._synchronous().generate(*args, **kwargs)

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Fill the template in and return all of it; the parameters are those of `generate`."""
        return self._synchronous().render(*args, **kwargs)

    def generate_async(self, *args: Any, **kwargs: Any) -> AsyncIterator[str]:
        """Fill the template in, piece by piece; it can await.

        The parameters are those of `generate`. Returns an asynchronous iterator, which may be the body of a response. Raises
        `RuntimeError` without `enable_async`.
        """
        if not self.template.environment.is_async:
            raise RuntimeError('Template.initialize(enable_async=True) was not called')
        return self.template.generate_async(*args, **kwargs)

    async def render_async(self, *args: Any, **kwargs: Any) -> str:
        """Fill the template in and return all of it; it can await, and parameters and errors are those of `generate_async`."""
        return await self.template.render_async(*args, **kwargs)

    def _synchronous(self) -> JinjaTemplate:
        # Jinja renders a template that can await in a loop of its own, which cannot be where one runs.
        env = self.template.environment
        if not env.is_async or not _in_loop():
            return self.template
        cls = type(self)
        if not cls._without_async or cls._without_async[0] is not env:
            like = env.overlay(enable_async=False)
            like.context_class = _Context
            cls._without_async = env, like
        return cls._without_async[1].get_template(self.name, **self._kwargs)


class _Context(Context):
    # The variables of a template that does not await.

    def call(self, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        result = super().call(obj, *args, **kwargs)
        if isawaitable(result):
            close = getattr(result, 'close', None)
            if close:
                close()  # a coroutine that nobody awaits
            raise RuntimeError('a template that awaits takes render_async or generate_async in the event loop')
        return result


def _in_loop() -> bool:
    try:
        asyncio.get_running_loop()
        return True
    except RuntimeError:
        return False
