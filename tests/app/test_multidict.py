# The dictionary that is blind to case, and the one with several values for a key.

from tools import only, raises

from microdot import MultiDict, NoCaseDict, microdot as core

# NoCaseDict


def test_nocase_is_a_dict():
    assert isinstance(NoCaseDict(), dict)
    assert NoCaseDict() == {}
    assert len(NoCaseDict()) == 0
    assert core.NoCaseDict is NoCaseDict


def test_nocase_any_spelling_is_found():
    d = NoCaseDict({'Content-Type': 'text/html'})
    for key in ('Content-Type', 'content-type', 'CONTENT-TYPE', 'cOnTeNt-TyPe'):
        assert d[key] == 'text/html'
        assert d.get(key) == 'text/html'
        assert key in d


def test_nocase_the_first_spelling_stays():
    d = NoCaseDict()
    d['Foo'] = 1
    d['FOO'] = 2
    d['foo'] = 3
    assert d == {'Foo': 3}
    assert list(d) == ['Foo']
    assert list(d.keys()) == ['Foo']
    assert list(d.items()) == [('Foo', 3)]
    assert list(d.values()) == [3]


def test_nocase_a_first_spelling_in_lower_case_stays_too():
    d = NoCaseDict()
    d['content-length'] = '1'
    d['Content-Length'] = '2'
    assert d == {'content-length': '2'}
    assert len(d) == 1


def test_nocase_equality_sees_the_stored_spelling():
    assert NoCaseDict({'Foo': 1}) == {'Foo': 1}
    assert NoCaseDict({'Foo': 1}) != {'foo': 1}


def test_nocase_keymap_holds_the_spellings_that_differ():
    d = NoCaseDict({'Foo': 1})
    d['bar'] = 2
    assert d.keymap == {'foo': 'Foo'}


def test_nocase_missing_keys():
    d = NoCaseDict({'Foo': 1})
    assert raises(KeyError, lambda: d['bar'])
    assert raises(KeyError, d.__delitem__, 'bar')
    assert d.get('bar') is None
    assert d.get('bar', 7) == 7
    assert 'bar' not in d
    assert d == {'Foo': 1}


def test_nocase_delete():
    d = NoCaseDict({'Foo': 1, 'bar': 2})
    del d['FOO']
    assert d == {'bar': 2}
    del d['BAR']
    assert d == {}
    assert d.keymap == {}


def test_nocase_a_deleted_key_may_be_spelled_anew():
    d = NoCaseDict({'Foo': 1})
    del d['foo']
    d['FOO'] = 2
    assert d == {'FOO': 2}
    del d['foo']
    d['foo'] = 3
    assert d == {'foo': 3}


def test_nocase_values_that_are_false():
    for value in (None, 0, '', (), [], {}):
        d = NoCaseDict({'Foo': value})
        assert 'foo' in d, value
        assert d.get('foo', 'default') == value
        assert d.setdefault('FOO', 'default') == value
        assert d.pop('FOO', 'default') == value


def test_nocase_update():
    d = NoCaseDict({'Foo': 1})
    d.update({'FOO': 2, 'Bar': 3})
    assert d == {'Foo': 2, 'Bar': 3}


def test_nocase_update_with_keywords():
    d = NoCaseDict({'Foo': 1})
    d.update(foo=2, Bar=3)
    assert d == {'Foo': 2, 'Bar': 3}
    d.update({'baz': 4}, BAR=5)
    assert d == {'Foo': 2, 'Bar': 5, 'baz': 4}
    d.update()
    d.update(None)
    d.update({})
    assert d == {'Foo': 2, 'Bar': 5, 'baz': 4}


def test_nocase_pop():
    d = NoCaseDict({'Foo': 1, 'bar': 2})
    assert d.pop('foo') == 1
    assert d.pop('BAR') == 2
    assert d == {}
    assert d.keymap == {}
    assert d.pop('foo', 7) == 7
    assert raises(KeyError, d.pop, 'foo')
    d['FOO'] = 3
    assert d == {'FOO': 3}


def test_nocase_setdefault():
    d = NoCaseDict({'Foo': 1})
    assert d.setdefault('FOO', 2) == 1
    assert d.setdefault('Bar', 3) == 3
    assert d.setdefault('BAZ') is None
    assert d == {'Foo': 1, 'Bar': 3, 'BAZ': None}


def test_nocase_copy():
    d = NoCaseDict({'Foo': 1})
    other = d.copy()
    assert isinstance(other, NoCaseDict)
    assert other == {'Foo': 1}
    other['FOO'] = 2
    assert other == {'Foo': 2}
    assert d == {'Foo': 1}


def test_nocase_of_a_nocase():
    assert NoCaseDict(NoCaseDict({'Foo': 1}))['foo'] == 1


def test_nocase_does_not_change_what_it_copies():
    source = {'Foo': 1}
    d = NoCaseDict(source)
    d['foo'] = 2
    d['bar'] = 3
    assert source == {'Foo': 1}


def test_nocase_spellings_in_what_it_copies():
    d = NoCaseDict({'FOO': 1, 'foo': 1})
    assert len(d) == 1
    assert d['Foo'] == 1


# MultiDict


def test_multi_is_a_dict():
    assert isinstance(MultiDict(), dict)
    assert MultiDict() == {}
    assert dict(MultiDict()) == {}
    assert core.MultiDict is MultiDict


def test_multi_setting_adds():
    d = MultiDict()
    d['color'] = 'red'
    d['color'] = 'blue'
    assert d['color'] == 'red'
    assert d.get('color') == 'red'
    assert d.getlist('color') == ['red', 'blue']
    assert len(d) == 1


def test_multi_missing_keys():
    d = MultiDict()
    assert raises(KeyError, lambda: d['color'])
    assert d.get('color') is None
    assert d.get('color', 'red') == 'red'
    assert d.getlist('color') == []
    assert d.getlist('color', type=int) == []
    assert 'color' not in d
    assert d == {}


def test_multi_types():
    d = MultiDict({'n': '12'})
    d['n'] = '13'
    assert d.get('n', type=int) == 12
    assert d.get('n', 0, int) == 12
    assert d.getlist('n', type=int) == [12, 13]
    assert d.getlist('n', int) == [12, 13]
    assert d.getlist('n') == ['12', '13']


def test_multi_a_default_is_not_converted():
    assert MultiDict().get('n', '1', int) == '1'
    assert MultiDict().get('n', type=int) is None


def test_multi_conversion_errors_are_raised():
    d = MultiDict({'n': 'x'})
    assert raises(ValueError, lambda: d.get('n', type=int))
    assert raises(ValueError, lambda: d.get('n', 1, int))
    assert raises(ValueError, lambda: d.getlist('n', type=int))


def test_multi_values_that_are_false():
    d = MultiDict({'a': '', 'b': 0})
    assert d['a'] == ''
    assert d.get('a', 'x') == ''
    assert d.get('b', 7) == 0
    assert d.getlist('a') == ['']


def test_multi_the_lists_are_seen():
    d = MultiDict({'a': '1'})
    d['a'] = '2'
    assert d == {'a': ['1', '2']}
    assert list(d.items()) == [('a', ['1', '2'])]
    assert list(d.values()) == [['1', '2']]
    assert d.pop('a') == ['1', '2']
    assert d == {}


@only('cpython', 'on MicroPython dict() copies no subclass of dict')
def test_multi_as_a_plain_dict():
    d = MultiDict({'a': '1'})
    d['a'] = '2'
    assert dict(d) == {'a': ['1', '2']}


def test_multi_delete():
    d = MultiDict({'a': '1'})
    d['a'] = '2'
    del d['a']
    assert d == {}
    d['a'] = '3'
    assert d == {'a': ['3']}


def test_multi_getlist_gives_a_list_of_its_own():
    d = MultiDict({'a': '1'})
    d.getlist('a').append('2')
    assert d == {'a': ['1']}


def test_multi_update_adds():
    d = MultiDict({'a': '1'})
    d.update({'a': '2', 'b': '3'})
    assert d == {'a': ['1', '2'], 'b': ['3']}


def test_multi_update_with_keywords():
    d = MultiDict({'a': '1'})
    d.update(a='2', b='3')
    assert d == {'a': ['1', '2'], 'b': ['3']}
    d.update({'c': '4'}, a='5')
    assert d == {'a': ['1', '2', '5'], 'b': ['3'], 'c': ['4']}
    d.update()
    d.update(None)
    assert d['c'] == '4'


def test_multi_update_from_another():
    d = MultiDict({'a': '1'})
    other = MultiDict({'a': '2'})
    other['a'] = '3'
    d.update(other)
    assert d == {'a': ['1', '2', '3']}
    d['a'] = '4'
    assert other == {'a': ['2', '3']}


def test_multi_of_another():
    d = MultiDict({'a': '1'})
    d['a'] = '2'
    assert MultiDict(d) == {'a': ['1', '2']}


def test_multi_a_list_is_one_value():
    assert MultiDict({'a': ['1', '2']})['a'] == ['1', '2']


def test_multi_setdefault():
    d = MultiDict({'a': '1'})
    d['a'] = '2'
    assert d.setdefault('a', '3') == '1'
    assert d.setdefault('page', 'first') == 'first'
    assert d['page'] == 'first'
    assert d == {'a': ['1', '2'], 'page': ['first']}
