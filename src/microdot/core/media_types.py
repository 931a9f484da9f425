# Knows the media types of files by the extensions of their names. Must not know anything else.
# What the web is made of (the registry of media types, and RFC 9239), but for what `Response.types_map` names otherwise.
# UPY: several texts, as there may not be room for one.
_TYPES = (
    '|css text/css|gif image/gif|html text/html|jpg image/jpeg|js application/javascript|json application/json|'
    'png image/png|svg image/svg+xml|txt text/plain|3gp video/3gpp|7z application/x-7z-compressed|aac audio/aac|'
    'apk application/vnd.android.package-archive|apng image/apng|atom application/atom+xml|avi video/x-msvideo|'
    'avif image/avif|bmp image/bmp|bz2 application/x-bzip2|cjs text/javascript|csv text/csv|cur image/vnd.microsoft.icon|',
    '|doc application/msword|docx application/vnd.openxmlformats-officedocument.wordprocessingml.document|'
    'eot application/vnd.ms-fontobject|epub application/epub+zip|flac audio/flac|geojson application/geo+json|'
    'glb model/gltf-binary|gltf model/gltf+json|gpx application/gpx+xml|gz application/gzip|heic image/heic|htm text/html|'
    'ico image/vnd.microsoft.icon|ics text/calendar|jar application/java-archive|jpeg image/jpeg|',
    '|jsonld application/ld+json|jxl image/jxl|kml application/vnd.google-earth.kml+xml|log text/plain|'
    'm3u8 application/vnd.apple.mpegurl|m4a audio/mp4|m4v video/mp4|map application/json|md text/markdown|mid audio/midi|'
    'mjs text/javascript|mkv video/matroska|mov video/quicktime|mp3 audio/mpeg|mp4 video/mp4|mpd application/dash+xml|'
    'mpeg video/mpeg|mpg video/mpeg|ndjson application/x-ndjson|ods application/vnd.oasis.opendocument.spreadsheet|',
    '|odt application/vnd.oasis.opendocument.text|oga audio/ogg|ogg audio/ogg|ogv video/ogg|opus audio/ogg|otf font/otf|'
    'pdf application/pdf|ppt application/vnd.ms-powerpoint|'
    'pptx application/vnd.openxmlformats-officedocument.presentationml.presentation|ps application/postscript|'
    'rar application/vnd.rar|rss application/rss+xml|rtf application/rtf|shtml text/html|tar application/x-tar|'
    'tgz application/gzip|tif image/tiff|tiff image/tiff|',
    '|toml application/toml|ts video/mp2t|ttc font/collection|ttf font/ttf|vcf text/vcard|vtt text/vtt|'
    'wasm application/wasm|wav audio/wav|weba audio/webm|webm video/webm|webmanifest application/manifest+json|'
    'webp image/webp|woff font/woff|woff2 font/woff2|xhtml application/xhtml+xml|xls application/vnd.ms-excel|'
    'xlsx application/vnd.openxmlformats-officedocument.spreadsheetml.sheet|xml application/xml|xsd application/xml|'
    'xsl application/xml|',
    '|xz application/x-xz|yaml application/yaml|yml application/yaml|zip application/zip|zst application/zstd|',
)


def media_type(known: 'dict[str, str]', filename: str) -> str:
    """Return the media type of a file by the extension of its name, in any case.

    :param known: media types by extension, which come before those of the table.
    """
    _, dot, extension = filename.rpartition('.')
    extension = extension.lower()
    found: 'str | None' = known.get(extension) if dot else ''
    if found is None and '/' not in extension and '|' not in extension:
        field = '|' + extension + ' '
        for types in _TYPES:
            start = types.find(field) + len(field)
            if start >= len(field):
                return types[start:types.find('|', start)]
    return found or 'application/octet-stream'
