# Nothing that a response is asked to send can end a line, or what it stands in: each call refuses it.

from tools import raises

from microdot import Response

CONTROLS = [chr(code) for code in range(32) if code != 9] + ['\x7f', '\r\n', '\r\nX-Smuggled: yes', '\n\n<script>']
HERE = __file__.rpartition('/')[0]


def with_header(name, value):
    return Response('', 200, {name: value})


def with_cookie(*args, **kwargs):
    response = Response()
    response.set_cookie(*args, **kwargs)
    return response


def without_cookie(*args, **kwargs):
    response = Response()
    response.delete_cookie(*args, **kwargs)
    return response


CALLS = {
    'the name of a header': lambda text: with_header(text, 'a'),
    'a header': lambda text: with_header('X-Test', text),
    'one of several headers': lambda text: with_header('X-Test', ['a', text]),
    'a content type': lambda text: with_header('Content-Type', text),
    'a reason': lambda text: Response('', 200, None, text),
    'a reason beside headers': lambda text: Response('', 200, {'a': 'b'}, text),
    'a redirect': Response.redirect,
    'the name of a cookie': lambda text: with_cookie(text, 'a'),
    'a cookie': lambda text: with_cookie('a', text),
    'the path of a cookie': lambda text: with_cookie('a', 'b', path=text),
    'the domain of a cookie': lambda text: with_cookie('a', 'b', domain=text),
    'the end of a cookie': lambda text: with_cookie('a', 'b', expires=text),
    'the site of a cookie': lambda text: with_cookie('a', 'b', same_site=text),
    'the name of a cookie that is deleted': without_cookie,
    'the path of a cookie that is deleted': lambda text: without_cookie('a', path=text),
    'the type of a file': lambda text: Response.send_file(HERE + '/files/text.txt', content_type=text),
    'the coding of a file': lambda text: Response.send_file(HERE + '/files/text.txt', compressed=text),
    'the name of a download': lambda text: Response.send_file(HERE + '/files/text.txt', download_name=text),
}


def test_control_characters_are_refused_at_the_call():
    for name, call in CALLS.items():
        for control in CONTROLS:
            for text in ('/a' + control, '/a' + control + 'b', control + 'b', control):
                assert raises(ValueError, call, text), (name, text)


def test_semicolons_are_refused_in_every_part_of_a_cookie():
    for name, call in CALLS.items():
        if 'cookie' in name:
            for text in ('a;', ';a', 'a; Secure', ';'):
                assert raises(ValueError, call, text), (name, text)


def test_a_max_age_is_a_number():
    for value in ('1; Secure', '1\r\n', ''):
        assert raises((TypeError, ValueError), with_cookie, 'a', 'b', max_age=value), value


def test_a_nul_does_not_end_the_name_of_a_file():
    assert raises(OSError, Response.send_file, HERE + '/files/text.txt\0.png').errno == 2
    assert raises(OSError, Response.send_file, HERE + '/files/text.txt', file_extension='\0.gz').errno == 2


def test_a_file_whose_headers_are_refused_is_not_opened():
    opened = []

    class File:
        def read(self, n):
            opened.append(n)

        def close(self):
            opened.append('closed')

    assert raises(ValueError, Response.send_file, 'a', stream=File(), content_type='a\r\nb')
    assert raises(ValueError, Response.send_file, HERE + '/files/text.txt', content_type='a\r\nb')  # no ResourceWarning
    assert opened == []


def test_what_is_no_control_character_stays():
    for text in ('caf\xe9', '\u20ac', 'a\tb', '"', '%0d%0a', '\x80\x85'):
        assert with_header('X-Test', text).headers['X-Test'] == text
        assert Response.redirect('/' + text).headers['Location'] == '/' + text
        assert with_cookie('a', text).headers['Set-Cookie'] == ['a=' + text]
