# Knows the reason phrases of status codes (RFC 9110 section 15). Must not know anything else.
_PHRASES = (
    '|100Continue|101Switching Protocols|103Early Hints|200OK|201Created|202Accepted|203Non-Authoritative Information|'
    '204No Content|205Reset Content|206Partial Content|207Multi-Status|208Already Reported|226IM Used|300Multiple Choices|'
    '301Moved Permanently|302Found|303See Other|304Not Modified|307Temporary Redirect|308Permanent Redirect|400Bad Request|'
    '401Unauthorized|402Payment Required|403Forbidden|404Not Found|405Method Not Allowed|406Not Acceptable|'
    '407Proxy Authentication Required|408Request Timeout|409Conflict|410Gone|411Length Required|412Precondition Failed|'
    "413Content Too Large|414URI Too Long|415Unsupported Media Type|416Range Not Satisfiable|417Expectation Failed|418I'm a Teapot|"
    '421Misdirected Request|422Unprocessable Content|423Locked|424Failed Dependency|425Too Early|426Upgrade Required|'
    '428Precondition Required|429Too Many Requests|431Request Header Fields Too Large|451Unavailable For Legal Reasons|'
    '500Internal Server Error|501Not Implemented|502Bad Gateway|503Service Unavailable|504Gateway Timeout|'
    '505HTTP Version Not Supported|507Insufficient Storage|508Loop Detected|511Network Authentication Required|'
)


def reason_phrase(status: int) -> str:
    """Return the standard's reason phrase of a status code, or an empty text."""
    found = _PHRASES.find('|%d' % status) + 4
    return _PHRASES[found:_PHRASES.find('|', found)] if found > 3 else ''
