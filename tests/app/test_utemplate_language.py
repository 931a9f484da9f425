# The language of templates: what comes of each, and what is refused in which line.

from folders import folder
from tools import raises

from utemplate import TemplateError, safe
from utemplate.source import Loader

# (template, what is passed by name, what comes out)
ROWS = [
    ('', {}, ''),
    ('text\n', {}, 'text\n'),
    ('no end of a line', {}, 'no end of a line'),
    ('one\r\ntwo\rthree\n\n', {}, 'one\r\ntwo\rthree\n\n'),
    ('"\'\\n\\ %s %d {} { } }} %} #} {a} $', {}, '"\'\\n\\ %s %d {} { } }} %} #} {a} $'),
    ('Zoë — 你好 😀 \u2028\x85\ufeff\x00\x7f', {}, 'Zoë — 你好 😀 \u2028\x85\ufeff\x00\x7f'),

    # Expressions
    ('{% args name %}Hello, {{ name }}!', {'name': 'Ada'}, 'Hello, Ada!'),
    ('{{1}}{{ 2 }}{{  3\t}}', {}, '123'),
    ('{{ 1 }}\n{{ 2 }}\n', {}, '1\n2\n'),
    ('{{ None }} {{ 1.5 }} {{ [1, "a"] }}', {}, "None 1.5 [1, 'a']"),
    ('{{ 1, 2 }}', {}, '(1, 2)'),
    ('{{ "Zoë 你" + \'"\' }}', {}, 'Zoë 你"'),
    ('{{ "}}" }}{{ \'{{\' }}{{ "%}" }}{{ "\\"}}" }}', {}, '}}{{%}"}}'),
    ('{{ """a"}}""" }}', {}, 'a"}}'),
    ("{{ '''it's''' }}", {}, "it's"),
    ('{{ "" }}{{ \'\' }}', {}, ''),
    ('{{{"a": {"b": 1}}["a"]["b"]}}', {}, '1'),
    ('{{ {1: {2: {}}} }}', {}, '{1: {2: {}}}'),
    ('{{ [x * 2 for x in (1, 2)] }}', {}, '[2, 4]'),
    ('{{ (lambda x: x + 1)(2) }}', {}, '3'),
    ('{{\n  1 +\r\n  2\n}}', {}, '3'),
    ('{% args a %}{{ a["x"].upper() if a else "none" }}', {'a': {'x': 'yes'}}, 'YES'),
    ('{{ 7 % 4 }}', {}, '3'),
    ('<a>&{{ "<a>&" }}', {}, '<a>&<a>&'),
    ('{{ safe("<b>") }}', {}, '<b>'),

    # Arguments
    ('{% args %}x', {}, 'x'),
    ('{% args a, b=2, *c, **d %}{{ a }}{{ b }}{{ c }}{{ d }}', {'a': 1, 'z': 3}, "12(){'z': 3}"),
    ('{% args a=safe("<i>") %}{{ a }}', {}, '<i>'),
    ('{% args a={"x": "%}"} %}{{ a["x"] }}', {}, '%}'),
    ('{# first #}\n\n{% args a %}{{ a }}', {'a': 1}, '\n1'),
    ('{%args a%}{{a}}', {'a': 1}, '1'),
    ('{%\n  args\n  a,\n  b\n%}\n{{ a }}{{ b }}', {'a': 1, 'b': 2}, '12'),

    # Conditions
    ('{% args a %}{% if a %}yes{% endif %}.', {'a': 1}, 'yes.'),
    ('{% args a %}{% if a %}yes{% endif %}.', {'a': 0}, '.'),
    ('{% args a %}{% if a == 1 %}one{% elif a == 2 %}two{% elif a == 3 %}{% else %}many{% endif %}', {'a': 1}, 'one'),
    ('{% args a %}{% if a == 1 %}one{% elif a == 2 %}two{% elif a == 3 %}{% else %}many{% endif %}', {'a': 2}, 'two'),
    ('{% args a %}{% if a == 1 %}one{% elif a == 2 %}two{% elif a == 3 %}{% else %}many{% endif %}', {'a': 3}, ''),
    ('{% args a %}{% if a == 1 %}one{% elif a == 2 %}two{% elif a == 3 %}{% else %}many{% endif %}', {'a': 4}, 'many'),
    ('{% if 0 %}never{% endif %}', {}, ''),
    ('{% if False %}never{% else %}{% endif %}', {}, ''),
    ('{% if 1 %}{% if 0 %}a{% else %}b{% endif %}{% else %}c{% endif %}d', {}, 'bd'),
    ('a\n{% if 1 %}\nb\n{% endif %}\nc\n', {}, 'a\nb\nc\n'),
    ('a\r\n{% if 1 %}\r\nb\r\n{% endif %}\r\nc\r\n', {}, 'a\r\nb\r\nc\r\n'),
    ('{% if 1 %}\n\nb{% endif %} \nc', {}, '\nb \nc'),

    # Loops
    ('{% for i in range(3) %}{{ i }},{% endfor %}', {}, '0,1,2,'),
    ('{% args d %}{% for key, (a, b) in d %}{{ key }}{{ a }}{{ b }}{% endfor %}', {'d': [('x', (1, 2)), ('y', (3, 4))]}, 'x12y34'),
    ('{% for i in () %}{% endfor %}', {}, ''),
    ('{% for i in range(2) %}{% for j in range(2) %}{{ i }}{{ j }} {% endfor %}{% endfor %}', {}, '00 01 10 11 '),
    ('{% for i in (1, 2) %}{% if i == 1 %}a{% else %}b{% endif %}{% endfor %}', {}, 'ab'),
    ('{% set i = 3 %}{% while i %}{{ i }}{% set i = i - 1 %}{% endwhile %}', {}, '321'),
    ('{% while 0 %}x{% endwhile %}', {}, ''),

    # Variables
    ('{% set x = 1 %}{{ x }}', {}, '1'),
    ('{% set a, b = 1, "%}" %}\n{{ a }}{{ b }}', {}, '1%}'),
    ('{% args x %}{% set x += 1 %}{{ x }}', {'x': 1}, '2'),
    ('{% set x = [1] %}', {}, ''),

    # Comments
    ('a{# b #}c', {}, 'ac'),
    ('a\n{# b\n {{ c } }} {% d %}\n# #}\nc', {}, 'a\nc'),
    ('{##}{# { #}', {}, ''),
    ('{# #} #}', {}, ' #}'),
    ('{#', None, 1),

    # What is no tag
    ('{ {a} {', {}, '{ {a} {'),
    ('function () {return {}}', {}, 'function () {return {}}'),
    ('{\n{', {}, '{\n{'),

    # What is refused, in which line
    ('one\n{{ a', None, 2),
    ('one\n{% if a', None, 2),
    ('one\n\n{# a\n', None, 3),
    ('{{ a }', None, 1),
    ('a\n{{ "b }}\n', None, 2),
    ('{{ }}', None, 1),
    ('{{ a b }}', None, 1),
    ('{{ a) + (b }}', None, 1),
    ('{{ (a] }}', None, 1),
    ('{{ (a }}', None, 1),
    ('{{ a # b }}', None, 1),
    ('{{ a \\ }}', None, 1),
    ('{{ a = 1 }}', None, 1),
    ('{{ yield }}', None, 1),
    ('{{ await a }}', None, 1),
    ('{{ a\x00 }}', None, 1),
    ('\n\n{% %}', None, 3),
    ('\n\n{% iff a %}', None, 3),
    ('\n\n{%- if a -%}', None, 3),
    ('x\n{% args a %}', None, 2),
    ('{% args a %}{% args b %}', None, 1),
    ('{{ 1 }}{% args b %}', None, 1),
    ('{% args a a %}', None, 1),
    ('{% args a, a %}', None, 1),
    ('a\n{% if %}{% endif %}', None, 2),
    ('a\n{% if a: %}{% endif %}', None, 2),
    ('a\n{% if a %}\nb\n', None, 2),
    ('{% if a %}{% else %}{% else %}{% endif %}', None, 1),
    ('{% if a %}{% else %}{% elif b %}{% endif %}', None, 1),
    ('{% if a %}{% else b %}{% endif %}', None, 1),
    ('{% if a %}{% endif a %}', None, 1),
    ('{% if a %}\n{% endfor %}', None, 2),
    ('{% for a in b %}\n{% endif %}', None, 2),
    ('{% for a in b %}\n{% else %}{% endfor %}', None, 2),
    ('{% for a in b: %}{% endfor %}', None, 1),
    ('{% for a %}{% endfor %}', None, 1),
    ('{% while %}{% endwhile %}', None, 1),
    ('{% endif %}', None, 1),
    ('{% endblock %}', None, 1),
    ('{% set a %}', None, 1),
    ('{% set a = %}', None, 1),
    ('{% set a = 1 \\ %}', None, 1),
    ('{% include %}', None, 1),
    ('{% include name %}', None, 1),
    ('{% include "name" a b %}', None, 1),
    ('{% include "na\\"me" %}', None, 1),
    ('{% include {{ }} %}', None, 1),
    ('a\n' + '{{ (' + ' \n' * 10000 + ') }}', None, 2),
    (b'a\nb\xff', None, 2),
]


def test_rows():
    with folder({}) as pages:
        for number, (template, values, result) in enumerate(ROWS):
            pages.write('%d.html' % number, template)
            loader = Loader(None, pages.path)
            if values is None:
                error = raises(TemplateError, loader.load, '%d.html' % number)
                assert (error.name, error.line) == ('%d.html' % number, result), (template, str(error))
                assert str(error) == '%s:%d: %s' % (error.name, error.line, error.message)
                assert error.message
            else:
                for _ in 'compiled now', 'compiled before':
                    assert ''.join(loader.load('%d.html' % number)(**values)) == result, template
                    loader = Loader(None, pages.path)


def test_pieces_are_texts_and_expressions():
    with folder({'a.txt': '{% args name %}\nHello, {{ name }}!\n'}) as pages:
        assert list(Loader(None, pages.path).load('a.txt')('Ada')) == ['Hello, ', 'Ada', '!\n']


def test_long_texts_come_in_pieces():
    text = ''.join(['%d wörds\n' % i for i in range(1000)]) + 'x' * 5000
    with folder({'a.txt': text}) as pages:
        pieces = list(Loader(None, pages.path).load('a.txt')())
        assert ''.join(pieces) == text
        assert max([len(piece) for piece in pieces]) <= 1024
        assert len(pieces) == -(-len(text) // 1024)


def test_includes():
    with folder({
        'page.html': '{% args items %}\n<ul>\n{% for item in items %}\n{% include "parts/item.html" item, mark="!" %}\n'
                     '{% endfor %}\n</ul>\n{% include {{ "parts/" + kind(items) + ".html" }} len(items) %}'
                     "{% include 'empty.html' %}",
        'parts/item.html': '{% args item, mark %}\n<li>{% include "parts/name.txt" item %}{{ mark }}</li>\n',
        'parts/name.txt': '{% args name %}{{ name }}',
        'parts/foot.html': '{% args n %}{{ n }} of them',
        'empty.html': '',
    }) as pages:
        pages.write('page.html', pages.read('page.html').replace(b'kind(items)', b'"foot"'))
        result = ''.join(Loader(None, pages.path).load('page.html')(['a', 'b']))
        assert result == '<ul>\n<li>a!</li>\n<li>b!</li>\n</ul>\n2 of them'


def test_a_template_includes_itself():
    with folder({'tree.html': '{% args tree %}({% for branch in tree %}{% include "tree.html" branch %}{% endfor %})'}) as pages:
        assert ''.join(Loader(None, pages.path).load('tree.html')([[], [[]]])) == '(()(()))'


def test_an_include_that_is_not_there():
    with folder({'a.html': '{% args name %}{% include {{ name }} %}'}) as pages:
        render = Loader(None, pages.path).load('a.html')
        for name in ('b.html', '../a.html', '/etc/passwd'):
            assert raises(TemplateError, list, render(name))


# Escaping

VALUE = '<a href="x">\'&amp;\'</a>'
ESCAPED = '&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;&#39;&lt;/a&gt;'


class Html:
    def __html__(self):
        return '<html>'


def test_escapes_what_is_put_into_markup():
    template = '{% args value %}<b>{{ value }}</b>{{ safe(value) }}'
    plain = '<b>' + VALUE + '</b>' + VALUE
    escaped = '<b>' + ESCAPED + '</b>' + VALUE
    for name, autoescape, result in (
        ('a.html', False, plain), ('a.html', True, escaped), ('a.b.HTM', True, escaped), ('a.xhtml', True, escaped),
        ('a.svg', True, escaped), ('a.xml', True, escaped), ('a.html.tpl', True, escaped), ('a.txt', True, plain),
        ('html', True, plain), ('a.tpl', True, plain),
    ):
        with folder({name: template}) as pages:
            for _ in 'compiled now', 'compiled before':
                assert ''.join(Loader(None, pages.path, autoescape).load(name)(VALUE)) == result, name


def test_what_is_markup_already_is_not_escaped():
    with folder({'a.html': '{% args a, b, c=safe("<c>") %}{{ a }}{{ b }}{{ c }}{{ 5 }}{{ None }}'}) as pages:
        render = Loader(None, pages.path, True).load('a.html')
        assert ''.join(render(safe('<a>'), Html())) == '<a><html><c>5None'
        assert str(safe(5)) == '5'


def test_an_include_is_escaped_by_its_own_name():
    with folder({'a.html': '{% include "b.txt" "<" %}{% include "c.html" "<" %}', 'b.txt': '{% args x %}{{ x }}',
                 'c.html': '{% args x %}{{ x }}'}) as pages:
        assert ''.join(Loader(None, pages.path, True).load('a.html')()) == '<&lt;'


# Errors while a template is filled in

def test_a_wrong_argument():
    with folder({'a.html': '{% args a %}'}) as pages:
        assert raises(TypeError, Loader(None, pages.path).load('a.html'), b=1)
