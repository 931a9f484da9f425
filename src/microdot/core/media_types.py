# Knows the media types of files by the extensions of their names. Must not know anything else.
# What the web is made of, beside what `Response.types_map` names (the registry of media types, and RFC 9239).
_TYPES = (
    '|7z application/x-7z-compressed|aac audio/aac|apng image/apng|atom application/atom+xml|avif image/avif|bmp image/bmp|'
    'csv text/csv|doc application/msword|'
    'docx application/vnd.openxmlformats-officedocument.wordprocessingml.document|eot application/vnd.ms-fontobject|'
    'epub application/epub+zip|flac audio/flac|geojson application/geo+json|htm text/html|'
    'ico image/vnd.microsoft.icon|ics text/calendar|jpeg image/jpeg|jsonld application/ld+json|jxl image/jxl|m4a audio/mp4|'
    'm4v video/mp4|map application/json|md text/markdown|mjs text/javascript|mov video/quicktime|mp3 audio/mpeg|mp4 video/mp4|'
    'mpeg video/mpeg|oga audio/ogg|ogg audio/ogg|ogv video/ogg|opus audio/ogg|otf font/otf|pdf application/pdf|'
    'ppt application/vnd.ms-powerpoint|'
    'pptx application/vnd.openxmlformats-officedocument.presentationml.presentation|rss application/rss+xml|'
    'rtf application/rtf|tar application/x-tar|tif image/tiff|tiff image/tiff|ttf font/ttf|vtt text/vtt|'
    'wasm application/wasm|wav audio/wav|weba audio/webm|webm video/webm|webmanifest application/manifest+json|'
    'webp image/webp|woff font/woff|woff2 font/woff2|xhtml application/xhtml+xml|xls application/vnd.ms-excel|'
    'xlsx application/vnd.openxmlformats-officedocument.spreadsheetml.sheet|xml application/xml|xsl application/xml|'
    'yaml application/yaml|yml application/yaml|zip application/zip|'
)


def media_type(known: 'dict[str, str]', filename: str) -> str:
    """Return the media type of a file by the extension of its name, in any case.

    :param known: media types by extension, which come before those of the table.
    """
    _, dot, extension = filename.rpartition('.')
    extension = extension.lower()
    found: 'str | None' = known.get(extension) if dot else ''
    if found is None and '/' not in extension and '|' not in extension:
        found = _TYPES.partition('|' + extension + ' ')[2].partition('|')[0]
    return found or 'application/octet-stream'
