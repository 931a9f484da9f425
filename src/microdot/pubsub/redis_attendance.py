# Knows how Redis keeps who is in a place, and tells who comes and goes: a sorted set of the entries by the time at which they end,
# and how many entries each member has. Must not know connections, or who asks.

# Run by the server in one step, so that what it has changed is told, whether its answer arrives or not, and once if it is repeated.
#
# KEYS: the place, its members, and the stream of the channel. ARGV: seconds that entries stay, the least length of the stream, the
# number of entries to add, these, and those to remove.
ATTEND = '''
local place, members, channel = KEYS[1], KEYS[2], KEYS[3]
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local changed, before = {}, {}

local function count(entry, difference)
    local member = string.match(entry, ' (.*)')
    local number = redis.call('HINCRBY', members, member, difference)
    if not before[member] then
        before[member] = number - difference
        table.insert(changed, member)
    end
end

local function remove(entry)
    if redis.call('ZREM', place, entry) == 1 then
        count(entry, -1)
    end
end

for i = 4, 3 + ARGV[3] do
    if redis.call('ZADD', place, string.format('%.6f', now + ARGV[1]), ARGV[i]) == 1 then
        count(ARGV[i], 1)
    end
end
for _, entry in ipairs(redis.call('ZRANGEBYSCORE', place, '-inf', string.format('%.6f', now))) do
    remove(entry)
end
for i = 4 + ARGV[3], #ARGV do
    remove(ARGV[i])
end

for _, member in ipairs(changed) do
    local kind
    if tonumber(redis.call('HGET', members, member)) > 0 then
        kind = before[member] == 0 and 'join'
    else
        redis.call('HDEL', members, member)
        kind = before[member] > 0 and 'leave'
    end
    if kind then
        redis.call('XADD', channel, 'MAXLEN', '~', ARGV[2], '*', 'j', '{"' .. kind .. '": ' .. member .. '}', 'p', '')
    end
end
'''
