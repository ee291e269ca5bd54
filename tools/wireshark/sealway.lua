-- Sealway in Wireshark and tshark (4.0 and later, Lua 5.2 or later): what docs/protocol.md puts on the wire, as a tree.
--
--   follow messages   in MQTT payloads under the topics sealway/<gateway>/up and …/down, and in HTTP bodies of type application/cbor
--   sensor links      2-byte length, message; on the TLS ports of the preference sealway.sensor_ports, or by Decode As on a TLS port
--   single messages   in captures of link type USER0 (147), as text2pcap -l 147 makes them
--
-- MQTT on another TLS port than 8883 is recognised when the preference sealway.mqtt_ports names it.
-- It only shows: no signature is verified and nothing sealed is opened. Whatever the bytes are, it ends, and says "malformed" instead of failing.

local sealway = Proto("sealway", "Sealway")

-- Limits of docs/protocol.md, section 16; beyond them nothing is looped over.
local MOST_ENTRIES = 1024
local MOST_COUNTERSIGNATURES = 16
local MOST_HASHES = 53
local MOST_RECIPIENTS = 256
local MOST_NUMBERS = 256
local MOST_MEASUREMENTS = 32
local MOST_WITHDRAWALS = 2048
local MOST_MESSAGES = 4
local LONGEST_FRAME = 4096
local MOST_NUMBER = 9007199254740991
-- Of what is shown without knowing what it is.
local DEEPEST = 8
local MOST_ITEMS = 512

local KINDS = {
    [0] = "reading", [1] = "sealed", [2] = "epoch", [3] = "event", [4] = "grant",
    [16] = "enrol", [17] = "assign", [18] = "revoke", [19] = "status", [20] = "rotate", [21] = "erase",
}
local FOLLOW = { [0] = "append", [1] = "held", [2] = "entries", [3] = "head-request", [4] = "news", [5] = "command", [6] = "start-request", [7] = "start" }
local LINK = { [0] = "challenge", [1] = "stored", [2] = "refused" }
local ROLES = { [0] = "authority", [1] = "sensor", [2] = "gateway", [3] = "cloud", [4] = "archive", [5] = "app", [6] = "registrar" }
local EVENTS = {
    [0] = "generation", [1] = "start", [2] = "challenge", [3] = "alarm raised", [4] = "alarm cleared", [5] = "refused", [6] = "lost",
    [7] = "in force", [8] = "heating", [9] = "command done", [10] = "labels", [11] = "epoch began",
}
local REFUSALS = {
    [0] = "None", [1] = "TooLong", [2] = "Malformed", [3] = "NotDeterministic", [4] = "TrailingBytes", [5] = "UnexpectedHeader", [6] = "WrongAlgorithm",
    [7] = "NumberOutOfRange", [8] = "NotFinite", [9] = "WrongCount", [10] = "WrongText", [11] = "BadKey", [12] = "HighSignature", [13] = "BadSignature",
    [20] = "WrongLog", [21] = "WrongSize", [22] = "RootMismatch", [23] = "ProofFails", [24] = "Fork", [25] = "NotNext", [26] = "UnexpectedBlank",
    [40] = "UnknownKey", [41] = "WrongRole", [42] = "NotAssigned", [43] = "Revoked", [44] = "RegistryStale", [45] = "WrongSigner", [46] = "AlreadyEnrolled", [47] = "Contradiction",
    [60] = "NotRising", [61] = "Cloned", [62] = "WrongKind", [63] = "NoGeneration",
    [80] = "UnknownEpoch", [81] = "StepRepeated", [82] = "SealBroken", [83] = "NotForUs", [84] = "GrantMismatch", [85] = "SlotOverflow",
    [100] = "Expired", [101] = "UnknownHead", [102] = "CommandNotRising", [103] = "Unsafe", [104] = "NotAllowed",
}

local f = {
    message = ProtoField.string("sealway.message", "Message"),
    follow_type = ProtoField.uint8("sealway.follow.type", "Type", base.DEC, FOLLOW),
    log = ProtoField.string("sealway.log", "Log"),
    from = ProtoField.uint64("sealway.from", "From"),
    to = ProtoField.uint64("sealway.to", "To"),
    size = ProtoField.uint64("sealway.size", "Size"),
    append_log = ProtoField.string("sealway.append.log", "Log"),
    append_from = ProtoField.uint64("sealway.append.from", "From"),
    append_count = ProtoField.uint32("sealway.append.count", "Entries"),
    append_size = ProtoField.uint64("sealway.append.size", "Size of the head"),
    append_root = ProtoField.bytes("sealway.append.root", "Root of the head"),
    held_log = ProtoField.string("sealway.held.log", "Log"),
    held_size = ProtoField.uint64("sealway.held.size", "Size held"),
    entry = ProtoField.none("sealway.entry", "Entry"),
    entry_index = ProtoField.uint64("sealway.entry.index", "Index"),
    entry_kind = ProtoField.uint8("sealway.entry.kind", "Kind", base.DEC, KINDS),
    entry_at = ProtoField.absolute_time("sealway.entry.at", "At", base.UTC),
    blank = ProtoField.bytes("sealway.blank", "Blank, leaf hash"),
    hash = ProtoField.bytes("sealway.hash", "Hash"),
    head = ProtoField.none("sealway.head", "Head"),
    head_log = ProtoField.string("sealway.head.log", "Log"),
    head_size = ProtoField.uint64("sealway.head.size", "Size"),
    head_registry = ProtoField.uint64("sealway.head.registry_size", "Registry size"),
    head_seconds = ProtoField.absolute_time("sealway.head.seconds", "Signed", base.UTC),
    head_root = ProtoField.bytes("sealway.head.root", "Root"),
    counter = ProtoField.none("sealway.countersignature", "Countersignature"),
    counter_from = ProtoField.uint64("sealway.countersignature.from", "Holds from"),
    counter_registry = ProtoField.uint64("sealway.countersignature.registry_size", "Registry size"),
    counter_seconds = ProtoField.absolute_time("sealway.countersignature.seconds", "Given", base.UTC),
    kid = ProtoField.bytes("sealway.kid", "Key"),
    signature = ProtoField.bytes("sealway.signature", "Signature"),
    reading = ProtoField.none("sealway.reading", "Reading"),
    number = ProtoField.string("sealway.number", "Number"),
    boot = ProtoField.uint32("sealway.number.boot", "Boot"),
    sequence = ProtoField.uint32("sealway.number.sequence", "Sequence"),
    nonce = ProtoField.bytes("sealway.nonce", "Answer to the challenge"),
    measurement = ProtoField.string("sealway.measurement", "Measured"),
    sealed = ProtoField.none("sealway.sealed", "Sealed slot"),
    step = ProtoField.uint16("sealway.step", "Step"),
    epoch = ProtoField.none("sealway.epoch", "Epoch"),
    epoch_id = ProtoField.bytes("sealway.epoch.id", "Epoch"),
    epoch_registry = ProtoField.uint64("sealway.epoch.registry_size", "Registry size of the members"),
    recipients = ProtoField.uint32("sealway.recipients", "Recipients"),
    ciphertext = ProtoField.bytes("sealway.ciphertext", "Ciphertext"),
    event = ProtoField.uint8("sealway.event", "Event", base.DEC, EVENTS),
    statement = ProtoField.string("sealway.statement", "Statement"),
    name = ProtoField.string("sealway.name", "Name"),
    role = ProtoField.uint8("sealway.role", "Role", base.DEC, ROLES),
    link_type = ProtoField.uint8("sealway.link.type", "Type", base.DEC, LINK),
    frame_length = ProtoField.uint16("sealway.link.length", "Length"),
    challenge = ProtoField.bytes("sealway.link.challenge", "Challenge"),
    stored = ProtoField.string("sealway.link.stored", "Stored"),
    refused = ProtoField.string("sealway.link.refused", "Refused"),
    refusal = ProtoField.uint16("sealway.refusal", "Reason", base.DEC, REFUSALS),
    command = ProtoField.none("sealway.command", "Command slot"),
    item = ProtoField.string("sealway.item", "Item"),
}
sealway.fields = f

local malformed = ProtoExpert.new("sealway.malformed", "Malformed Sealway message", expert.group.MALFORMED, expert.severity.ERROR)
local body_unread = ProtoExpert.new("sealway.entry.unread", "The entry's body is not what its kind prescribes", expert.group.PROTOCOL, expert.severity.WARN)
local loose = ProtoExpert.new("sealway.not_deterministic", "Not the one deterministic encoding", expert.group.PROTOCOL, expert.severity.WARN)
sealway.experts = { malformed, body_unread, loose }

sealway.prefs.sensor_ports = Pref.range("Sensor link TLS ports", "", "The ports where gateways take sensors by TLS", 65535)
sealway.prefs.mqtt_ports = Pref.range("MQTT TLS ports", "", "The ports where clouds take gateways, where they are not 8883", 65535)

local topic_field = Field.new("mqtt.topic")

-- Reading CBOR --------------------------------------------------------------------------------------------------------------------------------

-- A reader of part of a packet's bytes: b the bytes as a string, at where it stands (from 0), limit where it must stop.
local Reader = {}
Reader.__index = Reader

local function refuse(reader, what)
    error({ sealway = what, at = reader.at }, 0)
end

local function new_reader(tvb, bytes, from, limit)
    return setmetatable({ tvb = tvb, b = bytes, at = from, limit = limit }, Reader)
end

function Reader:sub(from, limit)
    local inner = new_reader(self.tvb, self.b, from, limit)
    inner.note = self.note
    return inner
end

function Reader:left()
    return self.limit - self.at
end

function Reader:range(from)
    return self.tvb:range(from, self.at - from)
end

function Reader:peek()
    return self.at < self.limit and self.b:byte(self.at + 1) or nil
end

function Reader:done()
    if self.at ~= self.limit then
        refuse(self, "bytes follow the message")
    end
end

-- A head: major type and argument, the argument of floats and simple values as it is.
function Reader:head()
    if self.at >= self.limit then
        refuse(self, "it ends too early")
    end

    local first = self.b:byte(self.at + 1)
    local major, info = math.floor(first / 32), first % 32
    self.at = self.at + 1
    if info < 24 then
        return major, info, info
    end

    if info > 27 then
        refuse(self, "an indefinite length, or a reserved head")
    end

    local length = 2 ^ (info - 24)
    if self:left() < length then
        refuse(self, "it ends too early")
    end

    local value = 0
    for i = 1, length do
        value = value * 256 + self.b:byte(self.at + i)
    end

    self.at = self.at + length
    if major ~= 7 and value < (length == 1 and 24 or 256 ^ (length / 2)) then
        self.note.loose = true
    end

    return major, value, info
end

local function counted(self, want, most, what)
    local begin = self.at
    local major, value = self:head()
    if major ~= want then
        self.at = begin
        refuse(self, what .. " expected")
    end

    if value > most then
        refuse(self, what .. " is too long")
    end

    return value
end

function Reader:uint()
    return counted(self, 0, MOST_NUMBER, "a number")
end

function Reader:int()
    local begin = self.at
    local major, value = self:head()
    if major > 1 or value > MOST_NUMBER then
        self.at = begin
        refuse(self, "a whole number expected")
    end

    return major == 0 and value or -1 - value
end

-- Every element takes a byte at least: a count above what is left is a lie.
function Reader:array(most)
    return counted(self, 4, math.min(most or MOST_ITEMS, self:left()), "an array")
end

function Reader:map(most)
    return counted(self, 5, math.min(most or MOST_ITEMS, math.floor(self:left() / 2) + 1), "a map")
end

function Reader:tag(want)
    if counted(self, 6, MOST_NUMBER, "a tag") ~= want then
        refuse(self, "another tag")
    end
end

-- A byte string: where its content begins and how long it is.
function Reader:bytes(length)
    local size = counted(self, 2, math.max(0, self.limit - self.at), "a byte string")
    if size > self:left() then
        refuse(self, "it ends too early")
    end

    if length and size ~= length then
        refuse(self, "a byte string of another length")
    end

    local begin = self.at
    self.at = self.at + size
    return begin, size
end

-- A byte string that holds something: a reader of that.
function Reader:inner()
    local begin, size = self:bytes()
    return self:sub(begin, begin + size), begin, size
end

local function printable(text)
    return (text:gsub("[^\32-\126]", function(c) return string.format("\\x%02x", c:byte()) end))
end

function Reader:text(most)
    local size = counted(self, 3, math.max(0, self.limit - self.at), "a text")
    if size > self:left() or size > (most or 256) then
        refuse(self, "a text is too long")
    end

    local text = self.b:sub(self.at + 1, self.at + size)
    self.at = self.at + size
    return printable(text)
end

function Reader:log()
    local begin = self.at
    local text = self:text(74)
    if not text:match("^[a-z0-9][a-z0-9-]*/%d+$") then
        self.at = begin
        refuse(self, "a log's name expected")
    end

    return text
end

local function hex(bytes)
    return (bytes:gsub(".", function(c) return string.format("%02x", c:byte()) end))
end

local function half(bits)
    local sign = bits >= 32768 and -1 or 1
    local exponent, fraction = math.floor(bits / 1024) % 32, bits % 1024
    if exponent == 31 then
        return fraction == 0 and sign * math.huge or 0 / 0
    end

    return exponent == 0 and sign * fraction * 2 ^ -24 or sign * (1024 + fraction) * 2 ^ (exponent - 25)
end

-- A measured number as its digits: integer, float or decimal fraction.
function Reader:number()
    local begin = self.at
    local major, value, info = self:head()
    if major == 0 or major == 1 then
        return string.format("%.0f", major == 0 and value or -1 - value)
    elseif major == 7 and info == 25 then
        return string.format("%.17g", half(value))
    elseif major == 7 and (info == 26 or info == 27) then
        return string.format(info == 26 and "%.9g" or "%.17g", self.tvb:range(begin + 1, info == 26 and 4 or 8):float())
    elseif major == 6 and value == 4 and self:array(2) == 2 then
        local exponent = self:int()
        return string.format("%.0fe%.0f", self:int(), exponent)
    end

    self.at = begin
    refuse(self, "a number expected")
end

-- Any value as one line, whatever it is; bounded in depth and count.
function Reader:any(depth, budget)
    depth, budget = depth or 0, budget or { left = MOST_ITEMS }
    budget.left = budget.left - 1
    if depth > DEEPEST or budget.left < 0 then
        refuse(self, "too deep, or too much")
    end

    local begin = self.at
    local major, value, info = self:head()
    if major == 0 or major == 1 then
        return string.format("%.0f", major == 0 and value or -1 - value)
    elseif major == 2 or major == 3 then
        if value > self:left() then
            refuse(self, "it ends too early")
        end

        local content = self.b:sub(self.at + 1, self.at + value)
        self.at = self.at + value
        local shown = content:sub(1, 64)
        local more = #content > 64 and string.format("… (%d bytes)", #content) or ""
        return major == 2 and "h'" .. hex(shown) .. more .. "'" or '"' .. printable(shown) .. more .. '"'
    elseif major == 4 or major == 5 then
        if value > self:left() then
            refuse(self, "it ends too early")
        end

        local parts = {}
        for _ = 1, value do
            local one = self:any(depth + 1, budget)
            parts[#parts + 1] = major == 4 and one or one .. ": " .. self:any(depth + 1, budget)
        end

        local inside = table.concat(parts, ", ")
        return major == 4 and "[" .. inside .. "]" or "{" .. inside .. "}"
    elseif major == 6 then
        return string.format("%.0f(%s)", value, self:any(depth + 1, budget))
    elseif info >= 25 then
        self.at = begin
        return self:number()
    end

    return ({ [20] = "false", [21] = "true", [22] = "null" })[value] or string.format("simple(%.0f)", value)
end

-- Into the tree -------------------------------------------------------------------------------------------------------------------------------

local function big(value)
    return UInt64.new(value % 4294967296, math.floor(value / 4294967296))
end

local function seconds(value)
    return NSTime.new(value, 0)
end

local function milliseconds(value)
    return NSTime.new(math.floor(value / 1000), (value % 1000) * 1000000)
end

local function put(tree, reader, field, read, as)
    local begin = reader.at
    local value = read(reader)
    tree:add(field, reader:range(begin), as and as(value) or value)
    return value
end

local function put_bytes(tree, reader, field, length)
    local begin, size = reader:bytes(length)
    if size > 0 then
        tree:add(field, reader.tvb:range(begin, size))
    end

    return reader.b:sub(begin + 1, begin + size)
end

local function say(tree, text)
    tree:append_text(": " .. text)
    return text
end

-- The number of a reading: boot and sequence.
local function put_number(tree, reader)
    local begin = reader:bytes(8)
    local boot, sequence = reader.tvb:range(begin, 4), reader.tvb:range(begin + 4, 4)
    local text = string.format("%.0f.%.0f", boot:uint(), sequence:uint())
    local item = tree:add(f.number, reader.tvb:range(begin, 8), text)
    item:add(f.boot, boot)
    item:add(f.sequence, sequence)
    return text
end

-- Claims and headers are maps by number; what is not prescribed is shown as it is.
local function each(reader, most, known, tree)
    for _ = 1, reader:map(most) do
        local begin = reader.at
        local label = reader:int()
        if known[label] then
            known[label](reader)
        else
            tree:add(f.item, reader:range(begin), string.format("%.0f: %s", label, reader:any()))
        end
    end
end

local function ignore(reader)
    reader:any()
end

-- COSE_Sign1 after its tag: reads the protected header by the labels given, the unprotected one, and gives a reader of the payload.
local function sign1(reader, tree, headers, payload)
    reader:tag(18)
    if reader:array(4) ~= 4 then
        refuse(reader, "four elements expected")
    end

    headers[1] = headers[1] or ignore
    headers[4] = headers[4] or function(r) put_bytes(tree, r, f.kid, 8) end
    local protected = reader:inner()
    each(protected, 8, headers, tree)
    protected:done()
    if reader:map(0) ~= 0 then
        refuse(reader, "an empty unprotected header expected")
    end

    payload(reader)
    put_bytes(tree, reader, f.signature, 64)
end

local function dissect_reading(reader, tree)
    local begin = reader.at
    local item = tree:add(f.reading, reader.tvb:range(begin, math.max(reader:left(), 0)))
    local number, said, kid = "?", {}, "?"
    sign1(reader, item, {
        [4] = function(r) kid = hex(put_bytes(item, r, f.kid, 8)) end,
        [15] = function(r)
            each(r, 4, {
                [7] = function(claims) number = put_number(item, claims) end,
                [10] = function(claims) put_bytes(item, claims, f.nonce, 8) end,
            }, item)
        end,
    }, function(r)
        local pack = r:inner()
        for _ = 1, pack:array(MOST_MEASUREMENTS) do
            local from, name, unit, value, time = pack.at, "?", "", "?", nil
            each(pack, 8, {
                [0] = function(m) name = m:text(32) end,
                [1] = function(m) unit = " " .. m:text(32) end,
                [2] = function(m) value = m:number() end,
                [6] = function(m) time = m:number() end,
            }, item)
            local text = name .. " " .. value .. unit .. (time and ", t " .. time or "")
            item:add(f.measurement, pack:range(from), text)
            said[#said + 1] = text
        end

        pack:done()
    end)
    item:set_len(reader.at - begin)
    return say(item, string.format("%s of %s: %s", number, kid, table.concat(said, "; ")))
end

local function dissect_head(reader, tree)
    local begin = reader.at
    local item = tree:add(f.head, reader.tvb:range(begin, math.max(reader:left(), 0)))
    local log, size, kid, root
    sign1(reader, item, {
        [4] = function(r) kid = hex(put_bytes(item, r, f.kid, 8)) end,
        [395] = ignore,
        [15] = function(r)
            each(r, 8, {
                [1] = function(c) log = put(item, c, f.head_log, c.log) end,
                [6] = function(c) put(item, c, f.head_seconds, c.uint, seconds) end,
                [-65537] = function(c) size = put(item, c, f.head_size, c.uint, big) end,
                [-65538] = function(c) put(item, c, f.head_registry, c.uint, big) end,
            }, item)
        end,
    }, function(r)
        root = r.at + 2
        put_bytes(item, r, f.head_root, 32)
    end)
    if not log or not size or not kid then
        refuse(reader, "the head does not say of which log, of what size, or by whom")
    end

    item:set_len(reader.at - begin)
    say(item, string.format("%s, size %.0f, by %s", log, size, kid))
    return log, size, reader.tvb:range(root, 32)
end

local function dissect_countersignature(reader, tree)
    local begin = reader.at
    local item = tree:add(f.counter, reader.tvb:range(begin, math.max(reader:left(), 0)))
    local kid, from = "?", 0
    if reader:array(3) ~= 3 then
        refuse(reader, "three elements expected")
    end

    local protected = reader:inner()
    each(protected, 8, {
        [1] = ignore,
        [4] = function(r) kid = hex(put_bytes(item, r, f.kid, 8)) end,
        [15] = function(r)
            each(r, 8, {
                [6] = function(c) put(item, c, f.counter_seconds, c.uint, seconds) end,
                [-65538] = function(c) put(item, c, f.counter_registry, c.uint, big) end,
                [-65539] = function(c) from = put(item, c, f.counter_from, c.uint, big) end,
            }, item)
        end,
    }, item)
    protected:done()
    if reader:map(0) ~= 0 then
        refuse(reader, "an empty unprotected header expected")
    end

    put_bytes(item, reader, f.signature, 64)
    item:set_len(reader.at - begin)
    say(item, string.format("by %s, from %.0f", kid, from))
end

local function dissect_countersignatures(reader, tree)
    for _ = 1, reader:array(MOST_COUNTERSIGNATURES) do
        dissect_countersignature(reader, tree)
    end
end

local function dissect_sealed(reader, tree)
    local begin = reader.at
    local item = tree:add(f.sealed, reader.tvb:range(begin, math.max(reader:left(), 0)))
    reader:tag(16)
    if reader:array(3) ~= 3 then
        refuse(reader, "three elements expected")
    end

    local epoch, step, size
    each(reader:inner(), 4, { [1] = ignore }, item)
    each(reader, 4, {
        [4] = function(r) epoch = hex(put_bytes(item, r, f.epoch_id, 4)) end,
        [6] = function(r)
            local at = r:bytes(2)
            step = r.tvb:range(at, 2):uint()
            item:add(f.step, r.tvb:range(at, 2))
        end,
    }, item)
    size = #put_bytes(item, reader, f.ciphertext)
    item:set_len(reader.at - begin)
    return say(item, string.format("epoch %s, step %s, %d bytes", epoch or "?", step or "?", size))
end

-- An epoch, or a grant, which has the same form.
local function dissect_epoch(reader, tree)
    local begin = reader.at
    local item = tree:add(f.epoch, reader.tvb:range(begin, math.max(reader:left(), 0)))
    local epoch = "?"
    reader:tag(96)
    if reader:array(4) ~= 4 then
        refuse(reader, "four elements expected")
    end

    each(reader:inner(), 4, {
        [1] = ignore,
        [4] = function(r) epoch = hex(put_bytes(item, r, f.epoch_id, 4)) end,
        [15] = function(r)
            each(r, 4, { [-65538] = function(c) put(item, c, f.epoch_registry, c.uint, big) end }, item)
        end,
    }, item)
    each(reader, 4, { [5] = ignore }, item)
    put_bytes(item, reader, f.ciphertext)
    local from = reader.at
    local count = reader:array(MOST_RECIPIENTS)
    for _ = 1, count do
        reader:any()
    end

    item:add(f.recipients, reader:range(from), count)
    item:set_len(reader.at - begin)
    return say(item, string.format("%s, %d recipients", epoch, count))
end

local function dissect_event(reader, tree)
    local kind
    for _ = 1, reader:map(8) do
        local begin = reader.at
        local label = reader:int()
        if label == 1 then
            kind = put(tree, reader, f.event, reader.uint)
        elseif label == 2 then
            reader:bytes(16)
        else
            tree:add(f.item, reader:range(begin), string.format("%.0f: %s", label, reader:any()))
        end
    end

    return EVENTS[kind] or "event"
end

local function dissect_statement(reader, tree, kind)
    local begin = reader.at
    local what = KINDS[kind] or "statement"
    local item = tree:add(f.statement, reader.tvb:range(begin, math.max(reader:left(), 0)), what)
    local said = {}
    sign1(reader, item, { [3] = ignore }, function(r)
        local content = r:inner()
        each(content, 16, {
            [1] = function(c)
                local first = c:peek()
                -- Who it is about: a kid; of an enrolment the key itself, of an erasure the log.
                if first == 72 then
                    said[#said + 1] = hex(put_bytes(item, c, f.kid, 8))
                elseif kind == 21 then
                    said[#said + 1] = put(item, c, f.log, c.log)
                else
                    local from = c.at
                    item:add(f.item, c:range(from), "1: " .. c:any())
                end
            end,
            [2] = function(c)
                local from = c.at
                if kind == 16 then
                    local role = put(item, c, f.role, c.uint)
                    said[#said + 1] = ROLES[role] or "?"
                elseif kind == 17 then
                    said[#said + 1] = "to " .. put(item, c, f.name, c.text)
                elseif kind == 19 then
                    local count = c:array(MOST_WITHDRAWALS)
                    for _ = 1, count do
                        c:any()
                    end

                    item:add(f.item, c:range(from), string.format("2: %d withdrawals", count))
                    said[#said + 1] = string.format("%d withdrawals", count)
                else
                    local text = c:any()
                    item:add(f.item, c:range(from), "2: " .. text)
                end
            end,
            [3] = function(c)
                local from = c.at
                if kind == 16 then
                    said[#said + 1] = put(item, c, f.name, c.text)
                else
                    local text = c:any()
                    item:add(f.item, c:range(from), "3: " .. text)
                end
            end,
        }, item)
        content:done()
    end)
    item:set_len(reader.at - begin)
    return say(item, table.concat(said, " "))
end

local function dissect_body(reader, tree, kind)
    if kind == 0 then
        return dissect_reading(reader, tree)
    elseif kind == 1 then
        return dissect_sealed(reader, tree)
    elseif kind == 2 or kind == 4 then
        return dissect_epoch(reader, tree)
    elseif kind == 3 then
        return dissect_event(reader, tree)
    elseif kind >= 16 and kind <= 21 then
        return dissect_statement(reader, tree, kind)
    end

    refuse(reader, "a kind that there is not")
end

-- Runs a dissection of untrusted bytes: what it refuses, and whatever else goes wrong in it, becomes an expert info at the tree item.
local function guarded(tree, info, run)
    local ok, problem = pcall(run)
    if ok then
        return true
    end

    local text = type(problem) == "table" and problem.sealway and string.format("%s (byte %d)", problem.sealway, problem.at) or "it cannot be read: " .. printable(tostring(problem))
    tree:add_proto_expert_info(info, text)
    return false
end

local function dissect_entry(reader, tree, index)
    local begin = reader.at
    local item = tree:add(f.entry, reader.tvb:range(begin, reader:left()))
    if index then
        item:append_text(string.format(" %.0f", index))
        item:add(f.entry_index, reader.tvb:range(begin, 0), big(index)):set_generated()
    end

    -- A follower takes any bytes as an entry; so this does not end the message.
    guarded(item, body_unread, function()
        if reader:array(3) ~= 3 then
            refuse(reader, "three elements expected")
        end

        local kind = put(item, reader, f.entry_kind, function(r) return counted(r, 0, 255, "a kind") end)
        put(item, reader, f.entry_at, reader.uint, milliseconds)
        local body = reader:inner()
        item:append_text(", " .. (KINDS[kind] or tostring(kind)))
        item:append_text(", " .. dissect_body(body, item, kind))
        body:done()
        reader:done()
    end)
end

local function dissect_entries(reader, tree, from)
    local count = reader:array(MOST_ENTRIES)
    for i = 0, count - 1 do
        local first = reader:peek()
        if first and math.floor(first / 32) == 4 then
            if reader:array(1) ~= 1 then
                refuse(reader, "a blank expected")
            end

            local at = reader:bytes(32)
            tree:add(f.blank, reader.tvb:range(at, 32)):append_text(string.format(" in the place of entry %.0f", from + i))
        else
            dissect_entry(reader:inner(), tree, from + i)
        end
    end

    return count
end

-- One follow message; gives what Info says of it.
local function dissect_follow(reader, tree)
    local begin = reader.at
    local item = tree:add(sealway, reader.tvb:range(begin, reader:left()))
    local says
    local whole = guarded(item, malformed, function()
        local elements = reader:array(6)
        local kind = put(item, reader, f.follow_type, reader.uint)
        local wanted = ({ [0] = 6, [1] = 4, [2] = 4, [3] = 2, [4] = 3, [5] = 3, [6] = 2, [7] = 5 })[kind]
        if elements ~= wanted then
            refuse(reader, "no follow message, or with another number of elements")
        end

        local name = FOLLOW[kind]
        if kind == 0 then
            local log = put(item, reader, f.append_log, reader.log)
            local from = put(item, reader, f.append_from, reader.uint, big)
            local at = reader.at
            local count = dissect_entries(reader, item, from)
            item:add(f.append_count, reader:range(at), count)
            local head, place = reader:inner()
            local of, size, root = dissect_head(head, item)
            head:done()
            item:add(f.append_root, root)
            item:add(f.append_size, reader.tvb:range(place, head.limit - place), big(size))
            dissect_countersignatures(reader, item)
            says = string.format("append %s from %.0f count %d head %.0f", log, from, count, size)
            if of ~= log or size ~= from + count then
                item:add_proto_expert_info(malformed, "the head is of another log or size than the append")
            end
        elseif kind == 1 then
            local log = put(item, reader, f.held_log, reader.log)
            local size = put(item, reader, f.held_size, reader.uint, big)
            says = string.format("held %s size %.0f", log, size)
            if reader:peek() == 0xf6 then
                reader.at = reader.at + 1
            else
                if reader:array(2) ~= 2 then
                    refuse(reader, "two elements expected")
                end

                local head = reader:inner()
                dissect_head(head, item)
                head:done()
                dissect_countersignatures(reader, item)
            end
        elseif kind == 7 then
            local log = put(item, reader, f.log, reader.log)
            for _ = 1, reader:array(MOST_HASHES) do
                put_bytes(item, reader, f.hash, 32)
            end

            local head = reader:inner()
            local _, size = dissect_head(head, item)
            head:done()
            dissect_countersignatures(reader, item)
            says = string.format("start %s size %.0f", log, size)
        else
            local log = put(item, reader, f.log, reader.log)
            says = name .. " " .. log
            if kind == 2 then
                local from = put(item, reader, f.from, reader.uint, big)
                says = says .. string.format(" from %.0f to %.0f", from, put(item, reader, f.to, reader.uint, big))
            elseif kind == 4 then
                says = says .. string.format(" size %.0f", put(item, reader, f.size, reader.uint, big))
            elseif kind == 5 then
                local at = reader:bytes(2048)
                item:add(f.command, reader.tvb:range(at, 2048)):append_text(", 2048 bytes whether it holds one or none")
            end
        end

        item:add(f.message, reader:range(begin), says):set_generated()
    end)
    item:set_len(reader.at - begin)
    say(item, says or "malformed")
    return whole and says or nil
end

local function dissect_link(reader, tree)
    local begin = reader.at
    local item = tree:add(sealway, reader.tvb:range(begin, reader:left()))
    local says
    local whole = guarded(item, malformed, function()
        if reader:peek() == 0xd2 then
            says = "reading " .. dissect_reading(reader, item)
        else
            local elements = reader:array(3)
            local kind = put(item, reader, f.link_type, reader.uint)
            if kind == 0 and elements == 2 then
                says = "challenge " .. hex(put_bytes(item, reader, f.challenge, 8))
            elseif kind == 1 and elements == 2 then
                local numbers = {}
                for _ = 1, reader:array(MOST_NUMBERS) do
                    local at = reader.at
                    numbers[#numbers + 1] = put_number(item, reader)
                    item:add(f.stored, reader:range(at), numbers[#numbers])
                end

                says = "stored " .. table.concat(numbers, " ")
            elseif kind == 2 and elements == 3 then
                local at = reader.at
                local number = put_number(item, reader)
                local reason = put(item, reader, f.refusal, function(r) return counted(r, 0, 65535, "a reason") end)
                item:add(f.refused, reader:range(at), number)
                says = string.format("refused %s %s", number, REFUSALS[reason] or reason)
            else
                refuse(reader, "no message of a sensor link")
            end
        end

        item:add(f.message, reader:range(begin), says):set_generated()
        reader:done()
    end)
    say(item, says or "malformed")
    return whole and says or nil
end

-- Where it is found ---------------------------------------------------------------------------------------------------------------------------

local function whole_reader(tvb)
    local reader = new_reader(tvb, tvb:raw(), 0, tvb:len())
    reader.note = {}
    return reader
end

local function info(pinfo, said)
    if #said > 0 then
        pinfo.cols.protocol = "Sealway"
        pinfo.cols.info:append(" · " .. table.concat(said, ", "))
    end
end

local function finish(reader, tree)
    if reader.note.loose then
        tree:add_proto_expert_info(loose)
    end
end

-- Follow messages one after the other, as many as a body may hold.
local function dissect_sequence(tvb, pinfo, tree)
    local reader = whole_reader(tvb)
    local said = {}
    for _ = 1, MOST_MESSAGES do
        if reader:left() <= 0 then
            break
        end

        local says = dissect_follow(reader, tree)
        said[#said + 1] = says or "malformed"
        if not says then
            break
        end
    end

    if reader:left() > 0 and said[#said] ~= "malformed" then
        tree:add_proto_expert_info(malformed, "bytes follow the last message")
    end

    finish(reader, tree)
    info(pinfo, said)
end

-- Whether bytes begin as a follow message does: an array, its type, a log's name.
local function is_follow(tvb)
    local reader = whole_reader(tvb)
    return (pcall(function()
        reader:array(6)
        if reader:uint() > 7 then
            refuse(reader, "no follow message")
        end

        reader:log()
    end))
end

local plain_cbor = Dissector.get("cbor")

-- HTTP bodies: others use this type too.
local follow = Proto("sealway_follow", "Sealway follow messages")
function follow.dissector(tvb, pinfo, tree)
    if is_follow(tvb) then
        dissect_sequence(tvb, pinfo, tree)
    else
        plain_cbor:call(tvb, pinfo, tree)
    end

    return tvb:len()
end

DissectorTable.get("media_type"):set("application/cbor", follow)

-- MQTT: the topic says whose it is.
sealway:register_heuristic("mqtt.topic", function(tvb, pinfo, tree)
    local topics = { topic_field() }
    local topic = #topics > 0 and tostring(topics[#topics].value) or ""
    if not topic:match("^sealway/[a-z0-9-]+/up$") and not topic:match("^sealway/[a-z0-9-]+/down$") then
        return false
    end

    dissect_sequence(tvb, pinfo, tree)
    return true
end)

-- Which signed message it is, by its protected header: a head names its data structure, a reading has no content type.
local function signed_kind(reader)
    local labels = {}
    pcall(function()
        reader:tag(18)
        reader:array(4)
        local protected = reader:inner()
        for _ = 1, protected:map(8) do
            labels[protected:int()] = true
            protected:any()
        end
    end)
    return labels[395] and "head" or labels[3] and "statement" or "reading"
end

local SINGLE = {
    head = function(r, item) return string.format("%s size %.0f", dissect_head(r, item)) end,
    reading = dissect_reading,
    statement = function(r, item) return dissect_statement(r, item, 0) end,
    sealed = dissect_sealed,
    epoch = dissect_epoch,
    countersignature = function(r, item) dissect_countersignature(r, item) return "" end,
    entry = function(r, item)
        dissect_entry(r, item)
        r.at = r.limit
        return ""
    end,
    other = function(r, item)
        local text = r:any()
        item:add(f.item, r:range(0), text)
        return text:sub(1, 64)
    end,
}

local function single_kind(tvb)
    local first = tvb:range(0, 1):uint()
    local second = tvb:len() > 1 and tvb:range(1, 1):uint() or 0
    if first == 0xd2 then
        return signed_kind(whole_reader(tvb))
    elseif first == 0xd0 then
        return "sealed"
    elseif first == 0xd8 then
        return "epoch"
    elseif first == 0x83 and math.floor(second / 32) == 2 then
        return "countersignature"
    elseif first == 0x83 and not (second == 2 and tvb:len() < 16) then
        return "entry"
    elseif (first == 0x82 or first == 0x83) and second <= 2 then
        return "link"
    end

    return "other"
end

-- A capture's single message: a follow message, a message of a sensor link, or what stands in one by itself.
local function dissect_single(tvb, pinfo, tree)
    local kind = single_kind(tvb)
    if is_follow(tvb) then
        dissect_sequence(tvb, pinfo, tree)
        return
    end

    local reader = whole_reader(tvb)
    if kind == "link" then
        info(pinfo, { dissect_link(reader, tree) or "malformed" })
        finish(reader, tree)
        return
    end

    local item = tree:add(sealway, tvb:range())
    local said = "malformed"
    guarded(item, malformed, function()
        said = kind .. " " .. SINGLE[kind](reader, item)
        reader:done()
        item:add(f.message, tvb:range(), said):set_generated()
    end)
    finish(reader, item)
    info(pinfo, { said })
end

local function dissect_frame(tvb, pinfo, tree)
    local length = tvb:range(0, 2):uint()
    tree:add(f.frame_length, tvb:range(0, 2))
    local reader = new_reader(tvb, tvb:raw(), 2, tvb:len())
    reader.note = {}
    local says = dissect_link(reader, tree)
    finish(reader, tree)
    info(pinfo, { says or string.format("malformed, %d bytes", length) })
    return tvb:len()
end

-- A sensor link, or a single message.
function sealway.dissector(tvb, pinfo, tree)
    if tvb:len() == 0 then
        return 0
    end

    if pinfo.port_type ~= 2 and pinfo.src_port == 0 and pinfo.dst_port == 0 then
        dissect_single(tvb, pinfo, tree)
        return tvb:len()
    end

    -- A frame of another length ends the link: what follows is no frame.
    if tvb:len() >= 2 then
        local length = tvb:range(0, 2):uint()
        if length == 0 or length > LONGEST_FRAME then
            tree:add(sealway, tvb:range()):add_proto_expert_info(malformed, string.format("a frame of %d bytes: 1 to %d are allowed", length, LONGEST_FRAME))
            return tvb:len()
        end
    end

    dissect_tcp_pdus(tvb, tree, 2, function(t, _, offset)
        local length = t:range(offset, 2):uint()
        return 2 + (length > LONGEST_FRAME and 0 or length)
    end, dissect_frame)
    return tvb:len()
end

local tls = DissectorTable.get("tls.port")
local user0 = DissectorTable.get("wtap_encap")
user0:add(wtap.USER0, sealway)
tls:add_for_decode_as(sealway)
DissectorTable.get("tcp.port"):add_for_decode_as(sealway)

local sensors, brokers = "", ""
function sealway.prefs_changed()
    local mqtt = Dissector.get("mqtt")
    if sensors ~= sealway.prefs.sensor_ports then
        if sensors ~= "" then tls:remove(sensors, sealway) end
        sensors = sealway.prefs.sensor_ports
        if sensors ~= "" then tls:add(sensors, sealway) end
    end

    if brokers ~= sealway.prefs.mqtt_ports then
        if brokers ~= "" then tls:remove(brokers, mqtt) end
        brokers = sealway.prefs.mqtt_ports
        if brokers ~= "" then tls:add(brokers, mqtt) end
    end
end
