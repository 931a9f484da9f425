# Knows how Redis keeps who is in a place, a sorted set of entries by the time at which they end, and tells who comes and goes.
# Must not know connections, or who asks.

# Run by the server in one step, so that what it has changed is told, whether its answer arrives or not, and once if it is repeated.
#
# KEYS: the place, and the stream of the channel. ARGV: seconds that entries stay, the least length of the stream, the number of
# entries to add, these, and those to remove. Returns the entries that are there then.
ATTEND = '''
local place, channel = KEYS[1], KEYS[2]

local function members()
    local entries, texts, found = redis.call('ZRANGE', place, 0, -1), {}, {}
    for _, entry in ipairs(entries) do
        local text = string.match(entry, ' (.*)')
        if text and not found[text] then
            found[text] = true
            table.insert(texts, text)
        end
    end
    return entries, texts, found
end

local function tell(kind, texts, others)
    for _, text in ipairs(texts) do
        if not others[text] then
            redis.call('XADD', channel, 'MAXLEN', '~', ARGV[2], '*', 'j', '{"' .. kind .. '": ' .. text .. '}', 'p', '')
        end
    end
end

local _, before, was = members()
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
redis.call('ZREMRANGEBYSCORE', place, '-inf', string.format('%.6f', now))
for i = 4, #ARGV do
    if i < 4 + ARGV[3] then
        redis.call('ZADD', place, string.format('%.6f', now + ARGV[1]), ARGV[i])
    else
        redis.call('ZREM', place, ARGV[i])
    end
end
local entries, after, is = members()
tell('join', after, was)
tell('leave', before, is)
return entries
'''
