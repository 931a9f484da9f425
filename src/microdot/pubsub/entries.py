# Knows what an entry of a place is, and what is told of who comes and goes. Must not know who carries that.


def members_of(entries: 'list[str]') -> 'list[str]':
    """Return the members that entries are of, as JSON, each once. An entry is an id of its own, a blank, and the member."""
    members: 'list[str]' = []
    seen: 'set[str]' = set()
    for entry in entries:
        text = entry.partition(' ')[2]
        if text not in seen:
            seen.add(text)
            members.append(text)
    return members


def changes(was: 'list[str]', now: 'list[str]') -> 'list[str]':
    """Return what is told, as JSON, when the entries of a place were others before: who has come, then who has left."""
    before, after = members_of(was), members_of(now)
    return (['{"join": %s}' % text for text in after if text not in before]
            + ['{"leave": %s}' % text for text in before if text not in after])
