# Text in URLs.

from tools import only, raises

from microdot import HTTPException, microdot as core, urldecode, urlencode


def test_urldecode_plain_text():
    assert urldecode('') == ''
    assert urldecode('plain-text_1.0~/*') == 'plain-text_1.0~/*'


def test_urldecode_plus_is_a_space():
    assert urldecode('one+two++three') == 'one two  three'


def test_urldecode_an_escaped_plus_is_a_plus():
    assert urldecode('one%2Btwo%2bthree') == 'one+two+three'


def test_urldecode_escapes():
    assert urldecode('%21%7e%2F%00') == '!~/\0'


def test_urldecode_is_done_once():
    assert urldecode('%2525') == '%25'


def test_urldecode_characters_of_several_bytes():
    assert urldecode('caf%C3%A9+%e2%82%ac+%F0%9F%8D%B0') == 'caf\xe9 \u20ac \U0001f370'


def test_urldecode_takes_unescaped_characters():
    assert urldecode('caf\xe9%21') == 'caf\xe9!'


def test_urldecode_bytes():
    assert urldecode(b'a+b%C3%A9') == 'a b\xe9'
    assert urldecode('caf\xe9'.encode()) == 'caf\xe9'


def test_urldecode_an_empty_escape_is_a_percent_sign():
    assert urldecode('%2f%%') == '/%%'
    assert urldecode('100%') == '100%'
    assert urldecode('%') == '%'
    assert urldecode('%%41') == '%A'


def test_urldecode_refuses_what_is_no_escape():
    for text in ('%2', '%zz', '%4g', '%g4', '% 1', '%+1', '%-1', '%1_', 'a%2 b', '%4\xe9'):
        assert raises(HTTPException, urldecode, text).status_code == 400, text


def test_urldecode_refuses_what_is_not_utf8():
    for text in ('%ff', '%C3', '%C3%28', '%e2%82', 'a%80'):
        assert raises(HTTPException, urldecode, text).status_code == 400, text
    assert raises(HTTPException, urldecode, b'\xff').status_code == 400


@only('cpython', 'MicroPython has no classes with two built-in bases')
def test_urldecode_raises_value_errors():
    assert raises(ValueError, urldecode, '%zz')
    assert raises(ValueError, urldecode, '%ff')


def test_urlencode_escapes_what_has_a_meaning():
    assert urlencode('?foo=bar&x') == '%3Ffoo%3Dbar%26x'
    assert urlencode('100% #1') == '100%25+%231'


def test_urlencode_space_is_a_plus():
    assert urlencode('one two') == 'one+two'


def test_urlencode_leaves_slashes_and_the_rest():
    assert urlencode('/a/b') == '/a/b'
    assert urlencode("AZaz09-._~!$'()*,:;@[]|<>{}") == "AZaz09-._~!$'()*,:;@[]|<>{}"


def test_urlencode_a_plus_once():
    assert urlencode('a+b') == 'a%2Bb'


def test_urlencode_what_is_not_visible_ascii():
    assert urlencode('\r\n\0\x7f') == '%0D%0A%00%7F'
    assert urlencode('\xe9\u20ac') == '%C3%A9%E2%82%AC'


def test_decoding_what_was_encoded():
    every = ''.join([chr(code) for code in range(0x250)]) + '\u20ac\U0001f370'
    assert urldecode(urlencode(every)) == every
    for text in ('', 'a+b', '%2B', '%', 'a b&c=d?e#f', '%%', '/a/../b'):
        assert urldecode(urlencode(text)) == text


def test_names_in_the_core_module():
    assert core.urldecode is urldecode
    assert core.urlencode is urlencode
