# Paths below the URL prefix of a folder that try to leave it, or to reach what it hides: what the published attacks send.
#
# The folder is tests/app/files/static, beside text.txt, and has a secret file of its own, .hidden.

ROWS = [
    # RFC 3986 5.2.4: steps, plain and percent-encoded once and twice, in either case.
    '../text.txt', '..%2ftext.txt', '..%2Ftext.txt', '%2e%2e/text.txt', '%2E%2E/text.txt', '%2e%2e%2ftext.txt', '.%2e/text.txt',
    '%2e./text.txt', '%252e%252e/text.txt', '%252e%252e%252ftext.txt', '..%252ftext.txt', '%25252e%25252e/text.txt',
    'sub/../../text.txt', 'sub/../text.txt/../../text.txt', 'sub%2f..%2f..%2ftext.txt', './../text.txt', '.././text.txt',
    '../../../../../../../../etc/passwd', '..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd', '%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    'sub/..', '..', '%2e%2e', '../', '%2e%2e/', '.', './', '%2e', 'sub/.', 'sub/./page.html', './style.css',
    # What filters that take steps out once leave behind (CWE-23).
    '....//text.txt', '..../text.txt', '....%2f%2ftext.txt', '.../text.txt', '..././text.txt', '...%2f.%2ftext.txt',
    # Backslashes (CVE-2018-1271, CVE-2021-21972 and many before).
    '..\\text.txt', '..%5ctext.txt', '..%5Ctext.txt', '%2e%2e%5ctext.txt', '%2e%2e\\text.txt', '..%255ctext.txt',
    'sub\\..\\..\\text.txt',
    'sub%5c..%5c..%5ctext.txt', '\\..\\text.txt', '%5c..%5ctext.txt', '..%5c/text.txt', '..\\/text.txt', '..%2f%5ctext.txt',
    '%5c%5chost%5cshare%5cfile', '\\\\host\\share\\file', '%5cetc%5cpasswd', 'sub%5cpage.html',
    # Absolute paths (CVE-2024-23334 and others), drives and streams.
    '/etc/passwd', '//etc/passwd', '%2fetc%2fpasswd', '%2Fetc/passwd', '%2f%2fetc%2fpasswd', '/%2fetc/passwd',
    '%252fetc%252fpasswd',
    'C:/Windows/win.ini', 'C:%5cWindows%5cwin.ini', 'c:text.txt', 'C%3a/Windows/win.ini', 'style.css::$DATA',
    'style.css%3a%3a$DATA',
    'file:///etc/passwd', 'file:%2f%2f%2fetc%2fpasswd', '%5c%5c?%5cC:%5cWindows%5cwin.ini', '//?/C:/Windows/win.ini',
    # NUL and other control characters, which cut a name short or end a line.
    'style.css%00', 'style.css%00.html', '%00', '%00style.css', '../text.txt%00', '..%00/text.txt', '..%00%2ftext.txt',
    'style.css%0a',
    'style.css%0d%0aX-A:%20b', 'style.css%7f', '%09style.css', 'style.css%1f',
    # Overlong and otherwise malformed UTF-8 for dot, slash and backslash (CVE-2000-0884, CVE-2008-2938): no UTF-8 at all is 400.
    # Fullwidth forms and others that some systems fold into dots and slashes.
    '%ef%bc%8e%ef%bc%8e/text.txt', '..%ef%bc%8ftext.txt', '..%e2%88%95text.txt', '..%e2%81%84text.txt', '..%ef%bc%bctext.txt',
    '%e2%80%a5/text.txt', '%e2%80%a4%e2%80%a4/text.txt', '%ef%b9%92%ef%b9%92/text.txt', '..%ef%b9%a8text.txt',
    '%ef%bc%8e%ef%bc%8e%ef%bc%8ftext.txt',
    # Path parameters (CVE-2020-5902, CVE-2021-42013) and what looks like a query.
    '..;/text.txt', '..;%2ftext.txt', ';/../text.txt', '..;a=b/text.txt', 'sub/..;/..;/text.txt', 'style.css;', 'style.css%3f',
    'style.css%23', '.%2e;/text.txt', '..%3b/text.txt', '.%%32%65/text.txt', '%%32%65%%32%65/text.txt',
    # Dots and spaces at the end, which Windows takes off.
    'style.css.', 'style.css..', 'style.css%20', 'style.css%20.', '..%20/text.txt', '..%20%2ftext.txt', '%20../text.txt',
    'sub./page.html', 'sub%20/page.html', '...', '..../', '.%20./text.txt',
    # Empty segments.
    '/style.css', '//style.css', 'sub//page.html', 'sub//', '//', '/', '%2f', '/.', '/..', '%2f..%2ftext.txt', 'sub/%2fpage.html',
    # What a folder hides.
    '.hidden', '.git/config', '.git/', '.git', '%2egit/config', '.GIT/config', 'sub/../.hidden', '.env', '.htaccess',
    '.well-known/../.hidden',
    # A file is no folder.
    'style.css/', 'style.css/..', 'style.css/../style.css', 'style.css/.', 'style.css/x', 'style.css%2f',
    'style.css/%2e%2e/text.txt',
    # Names of devices, which are files where they are none.
    'NUL', 'nul', 'CON', 'con.txt', 'AUX', 'aux.css', 'PRN', 'COM1', 'com1.txt', 'LPT9', 'COM%c2%b9', 'CONIN$', 'CLOCK$',
    '/dev/null',
    '../../../dev/null', '%2fdev%2fzero', '/proc/self/environ', '..%2f..%2f..%2f..%2fproc%2fself%2fenviron',
    # A home, a variable, a pattern.
    '~/text.txt', '~root/.profile', '$HOME/.profile', '%24HOME', '%25HOME%25', '*', 'style.*', 'style.cs%3f', '%7e/.profile',
    # A name that is too long for any file system, and too many segments.
    'a' * 300, 'a/' * 200 + 'b', '../' * 100 + 'etc/passwd', '..%2f' * 100 + 'etc%2fpasswd',
]

MALFORMED = [  # not decodable, or no URL at all, so that they are refused as a request: 400
    '%c0%ae%c0%ae/text.txt', '%c0%ae%c0%ae%c0%aftext.txt', '..%c0%aftext.txt', '..%c1%9ctext.txt', '%e0%80%ae%e0%80%ae/text.txt',
    '%f0%80%80%ae/text.txt', '%ff%fe.%00.%00/', '%u002e%u002e/text.txt', '%zz', '%2', '..%2', '%2g', '%ed%a0%80', '%c0%80',
    '.. /text.txt', '.. %2ftext.txt', 'style.css ', 'style.css\t', 'style.css\0', 'gr\xfcn.txt',
]
