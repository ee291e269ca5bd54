namespace Sealway.Messages.Tests;

using System.Buffers.Binary;
using System.Formats.Cbor;
using System.Text.Json.Nodes;

/// <summary>
/// Messages that must be refused. Where a signature is needed it is good, so that it is the rule in question that
/// refuses. Hexadecimal digits with spaces are CBOR written out by hand.
/// </summary>
internal static class RefusedMessages
{
    // { 1: -7, 4: kid, 15: { 7: cti } } in pieces.
    private const string Algorithm = "01 26";
    private const string Number = "48 0000000300000411";
    private const string Claims = "0f a1 07 " + Number;

    private static readonly string Kid = "04 48 " + Parties.Signer("sensor").PublicKey.Kid;

    public static IReadOnlyList<RefusedMessage> All() =>
    [
        .. Payloads(), .. Headers(), .. Frames(), .. Entries(), .. Events(), .. Statements(), .. Heads(), .. Sealing(), .. Commands(), .. Following(), .. SensorLink(), .. CoseKeys(),
    ];

    private static IEnumerable<RefusedMessage> Payloads()
    {
        // [{ 0: "hr", 2: 72 }] is 81 a2 00 62 6872 02 18 48.
        RefusedMessage Of(string name, Refusal reason, string payload) => SignedReading(name, reason, $"a3 {Algorithm} {Kid} {Claims}", payload);

        yield return Of("an integer in a longer head than it needs", Refusal.NotDeterministic, "81 a2 00 62 6872 02 19 0048");
        yield return Of("a small integer in two bytes", Refusal.NotDeterministic, "81 a2 00 62 6872 02 18 17");
        yield return Of("an integer in nine bytes", Refusal.NotDeterministic, "81 a2 00 62 6872 02 1b 0000000000000048");
        yield return Of("a negative integer in a longer head than it needs", Refusal.NotDeterministic, "81 a2 00 62 6872 02 38 05");
        yield return Of("an array in a longer head than it needs", Refusal.NotDeterministic, "98 01 a2 00 62 6872 02 18 48");
        yield return Of("a map in a longer head than it needs", Refusal.NotDeterministic, "81 b8 02 00 62 6872 02 18 48");
        yield return Of("a text in a longer head than it needs", Refusal.NotDeterministic, "81 a2 00 78 02 6872 02 18 48");
        yield return Of("a key in a longer head than it needs", Refusal.NotDeterministic, "81 a2 18 00 62 6872 02 18 48");
        yield return Of("an array of indefinite length", Refusal.NotDeterministic, "9f a2 00 62 6872 02 18 48 ff");
        yield return Of("a map of indefinite length", Refusal.NotDeterministic, "81 bf 00 62 6872 02 18 48 ff");
        yield return Of("a text of indefinite length", Refusal.NotDeterministic, "81 a2 00 7f 62 6872 ff 02 18 48");
        yield return Of("keys that are not sorted", Refusal.NotDeterministic, "81 a3 00 62 6872 02 18 48 01 61 25");
        yield return Of("a key that occurs twice", Refusal.NotDeterministic, "81 a3 00 62 6872 02 18 48 02 18 49");
        yield return Of("a float in four bytes that fits two", Refusal.NotDeterministic, "81 a2 00 62 6872 02 fa 42910000");
        yield return Of("a float in eight bytes that fits two", Refusal.NotDeterministic, "81 a2 00 62 6872 02 fb 4052200000000000");
        yield return Of("a float in eight bytes that fits four", Refusal.NotDeterministic, "81 a2 00 62 6872 02 fb 40424cccc0000000");
        yield return Of("an integer as a float", Refusal.NotDeterministic, "81 a2 00 62 6872 02 f9 5480");
        yield return Of("zero as a float", Refusal.NotDeterministic, "81 a2 00 62 6872 02 f9 0000");
        yield return Of("minus zero", Refusal.NotDeterministic, "81 a2 00 62 6872 02 f9 8000");
        yield return Of("an integer beyond 2^53 as a float", Refusal.NotDeterministic, "81 a2 00 62 6872 02 fb 4340000000000001");
        yield return Of("NaN", Refusal.NotFinite, "81 a2 00 62 6872 02 f9 7e00");
        yield return Of("NaN in four bytes", Refusal.NotFinite, "81 a2 00 62 6872 02 fa 7fc00000");
        yield return Of("NaN in eight bytes", Refusal.NotFinite, "81 a2 00 62 6872 02 fb 7ff8000000000000");
        yield return Of("NaN with a payload", Refusal.NotFinite, "81 a2 00 62 6872 02 f9 7e01");
        yield return Of("infinity", Refusal.NotFinite, "81 a2 00 62 6872 02 f9 7c00");
        yield return Of("minus infinity", Refusal.NotFinite, "81 a2 00 62 6872 02 f9 fc00");
        yield return Of("a decimal whose mantissa is divisible by ten", Refusal.NotDeterministic, "81 a2 00 62 6872 02 c4 82 20 18 64");
        yield return Of("a decimal of zero", Refusal.NotDeterministic, "81 a2 00 62 6872 02 c4 82 20 00");
        yield return Of("a decimal with exponent 0", Refusal.NumberOutOfRange, "81 a2 00 62 6872 02 c4 82 00 05");
        yield return Of("a decimal with a positive exponent", Refusal.NumberOutOfRange, "81 a2 00 62 6872 02 c4 82 01 05");
        yield return Of("a decimal with exponent -25", Refusal.NumberOutOfRange, "81 a2 00 62 6872 02 c4 82 38 18 05");
        yield return Of("a decimal whose mantissa is 2^53 + 1", Refusal.NumberOutOfRange, "81 a2 00 62 6872 02 c4 82 20 1b 0020000000000001");
        yield return Of("a decimal of three elements", Refusal.WrongCount, "81 a2 00 62 6872 02 c4 83 20 05 00");
        yield return Of("a decimal whose tag has a longer head than it needs", Refusal.NotDeterministic, "81 a2 00 62 6872 02 d8 04 82 20 05");
        yield return Of("a big float", Refusal.Malformed, "81 a2 00 62 6872 02 c5 82 20 05");
        yield return Of("a big number", Refusal.Malformed, "81 a2 00 62 6872 02 c2 41 05");
        yield return Of("an integer of 2^53", Refusal.NumberOutOfRange, "81 a2 00 62 6872 02 1b 0020000000000000");
        yield return Of("an integer of -2^53", Refusal.NumberOutOfRange, "81 a2 00 62 6872 02 3b 001fffffffffffff");
        yield return Of("an integer of 2^64 - 1", Refusal.NumberOutOfRange, "81 a2 00 62 6872 02 1b ffffffffffffffff");
        yield return Of("a text as value", Refusal.Malformed, "81 a2 00 62 6872 02 61 78");
        yield return Of("a truth value as value", Refusal.Malformed, "81 a2 00 62 6872 02 f5");
        yield return Of("a string value", Refusal.UnexpectedHeader, "81 a2 00 62 6872 03 61 78");
        yield return Of("a base name", Refusal.UnexpectedHeader, "81 a3 00 62 6872 02 18 48 21 61 78");
        yield return Of("an update time", Refusal.UnexpectedHeader, "81 a3 00 62 6872 02 18 48 07 01");
        yield return Of("a label that is a text", Refusal.Malformed, "81 a2 00 62 6872 61 76 18 48");
        yield return Of("no value", Refusal.WrongCount, "81 a1 00 62 6872");
        yield return Of("no measurement", Refusal.WrongCount, "80");
        yield return Of("thirty-three measurements", Refusal.WrongCount, "98 21 " + string.Concat(Enumerable.Repeat("a2 00 61 78 02 00 ", 33)));
        yield return Of("an empty name", Refusal.WrongText, "81 a2 00 60 02 18 48");
        yield return Of("a name with a space", Refusal.WrongText, "81 a2 00 62 6820 02 18 48");
        yield return Of("a name that begins with a dot", Refusal.WrongText, "81 a2 00 62 2e68 02 18 48");
        yield return Of("a name of 33 bytes", Refusal.TooLong, "81 a2 00 78 21 " + string.Concat(Enumerable.Repeat("61", 33)) + " 02 18 48");
        yield return Of("a name that is not UTF-8", Refusal.NotDeterministic, "81 a2 00 62 68ff 02 18 48");
        yield return Of("an empty unit", Refusal.WrongText, "81 a3 00 62 6872 01 60 02 18 48");
        yield return Of("a unit outside ASCII", Refusal.WrongText, "81 a3 00 62 6872 01 63 c2b043 02 18 48");
        yield return Of("a byte after the payload", Refusal.TrailingBytes, "81 a2 00 62 6872 02 18 48 00");
        yield return Of("a payload that is a map", Refusal.Malformed, "a2 00 62 6872 02 18 48");
        yield return Of("a payload cut short", Refusal.Malformed, "81 a2 00 62 6872 02 18");
        yield return Of("an empty payload", Refusal.Malformed, "");
    }

    private static IEnumerable<RefusedMessage> Headers()
    {
        RefusedMessage Of(string name, Refusal reason, string header) => SignedReading(name, reason, header, "81 a2 00 62 6872 02 18 48");

        yield return Of("a critical header", Refusal.UnexpectedHeader, $"a4 {Algorithm} 02 81 0f {Kid} {Claims}");
        yield return Of("a critical header that names one not there", Refusal.UnexpectedHeader, $"a4 {Algorithm} 02 81 18 63 {Kid} {Claims}");
        yield return Of("a content type", Refusal.UnexpectedHeader, $"a4 {Algorithm} 03 18 3c {Kid} {Claims}");
        yield return Of("a header of one's own", Refusal.UnexpectedHeader, $"a4 {Algorithm} {Kid} {Claims} 18 63 00");
        yield return Of("no kid", Refusal.WrongCount, $"a2 {Algorithm} {Claims}");
        yield return Of("no claims", Refusal.WrongCount, $"a2 {Algorithm} {Kid}");
        yield return Of("no algorithm", Refusal.WrongCount, $"a2 {Kid} {Claims}");
        yield return Of("an empty protected header", Refusal.WrongCount, "a0");
        yield return Of("algorithm ES384", Refusal.WrongAlgorithm, $"a3 01 38 22 {Kid} {Claims}");
        yield return Of("algorithm EdDSA", Refusal.WrongAlgorithm, $"a3 01 27 {Kid} {Claims}");
        yield return Of("an algorithm by name", Refusal.Malformed, $"a3 01 65 4553323536 {Kid} {Claims}");
        yield return Of("a kid of seven bytes", Refusal.WrongCount, $"a3 {Algorithm} 04 47 01020304050607 {Claims}");
        yield return Of("a kid of nine bytes", Refusal.WrongCount, $"a3 {Algorithm} 04 49 010203040506070809 {Claims}");
        yield return Of("a number of seven bytes", Refusal.WrongCount, $"a3 {Algorithm} {Kid} 0f a1 07 47 00000003000004");
        yield return Of("a nonce of seven bytes", Refusal.WrongCount, $"a3 {Algorithm} {Kid} 0f a2 07 {Number} 0a 47 a0a1a2a3a4a5a6");
        yield return Of("an issuer", Refusal.UnexpectedHeader, $"a3 {Algorithm} {Kid} 0f a2 01 61 78 07 {Number}");
        yield return Of("three claims", Refusal.WrongCount, $"a3 {Algorithm} {Kid} 0f a3 01 61 78 07 {Number} 0a 48 a0a1a2a3a4a5a6a7");
        yield return Of("claims that are empty", Refusal.WrongCount, $"a3 {Algorithm} {Kid} 0f a0");
        yield return Of("headers that are not sorted", Refusal.UnexpectedHeader, $"a3 {Kid} {Algorithm} {Claims}");
        yield return Of("a byte after the protected header", Refusal.TrailingBytes, $"a3 {Algorithm} {Kid} {Claims} 00");
        yield return Of("a key that is not enrolled", Refusal.UnknownKey, $"a3 {Algorithm} 04 48 0102030405060708 {Claims}");
    }

    private static IEnumerable<RefusedMessage> Frames()
    {
        byte[] good = ValidMessages.Reading(1041, ValidMessages.Hr()).Bytes.ToArray();
        CoseStructure parts = CoseStructure.Read(good);
        RefusedMessage Of(string name, Refusal reason, byte[] bytes) => new(new Example("refusals", "reading: " + name, "reading", bytes, ValidMessages.By("sensor")), reason);
        byte[] Frame(string tag, byte[] header, string unprotected, byte[]? payload, byte[] signature) =>
            [.. Hex(tag), .. Hex("84"), .. Bstr(header), .. Hex(unprotected), .. payload is null ? Hex("f6") : Bstr(payload), .. Bstr(signature)];

        yield return Of("no tag", Refusal.Malformed, Frame("", parts.Protected, "a0", parts.Content, parts.Signature!));
        yield return Of("the tag of COSE_Mac0", Refusal.Malformed, Frame("d1", parts.Protected, "a0", parts.Content, parts.Signature!));
        yield return Of("a tag in a longer head than it needs", Refusal.NotDeterministic, Frame("d8 12", parts.Protected, "a0", parts.Content, parts.Signature!));
        yield return Of("a tag within a tag", Refusal.Malformed, Frame("d9 d9f7 d2", parts.Protected, "a0", parts.Content, parts.Signature!));
        yield return Of("something in the unprotected header", Refusal.UnexpectedHeader, Frame("d2", parts.Protected, "a1 04 41 00", parts.Content, parts.Signature!));
        yield return Of("an unprotected header of indefinite length", Refusal.NotDeterministic, Frame("d2", parts.Protected, "bf ff", parts.Content, parts.Signature!));
        yield return Of("a detached payload", Refusal.Malformed, Frame("d2", parts.Protected, "a0", null, parts.Signature!));
        yield return Of("a signature of 63 bytes", Refusal.WrongCount, Frame("d2", parts.Protected, "a0", parts.Content, parts.Signature![..63]));
        yield return Of("a signature of 65 bytes", Refusal.WrongCount, Frame("d2", parts.Protected, "a0", parts.Content, [.. parts.Signature!, 0]));
        yield return Of("a signature of zeros", Refusal.BadSignature, Frame("d2", parts.Protected, "a0", parts.Content, new byte[64]));
        yield return Of("the higher of the two signatures", Refusal.HighSignature, Frame("d2", parts.Protected, "a0", parts.Content, High(parts.Signature!)));
        yield return Of("another value under the signature", Refusal.BadSignature, Frame("d2", parts.Protected, "a0", [.. parts.Content[..^1], 0x49], parts.Signature!));
        yield return Of("a byte after the message", Refusal.TrailingBytes, [.. good, 0]);
        yield return Of("cut short by a byte", Refusal.Malformed, good[..^1]);
        yield return Of("nothing", Refusal.Malformed, []);
        yield return Of("longer than 4096 bytes", Refusal.TooLong, [.. good, .. new byte[4096]]);
        yield return Of("five elements", Refusal.WrongCount, [0xD2, 0x85, .. good[2..], 0x00]);
    }

    private static IEnumerable<RefusedMessage> Entries()
    {
        RefusedMessage Of(string name, Refusal reason, byte[] bytes) => new(new Example("refusals", "entry: " + name, "entry", bytes, []), reason);

        yield return Of("two elements", Refusal.WrongCount, Hex("82 00 01"));
        yield return Of("four elements", Refusal.WrongCount, Hex("84 00 01 40 00"));
        yield return Of("a negative kind", Refusal.NumberOutOfRange, Hex("83 20 01 40"));
        yield return Of("kind 256", Refusal.NumberOutOfRange, Hex("83 19 0100 01 40"));
        yield return Of("a time of 2^53", Refusal.NumberOutOfRange, Hex("83 00 1b 0020000000000000 40"));
        yield return Of("a body that is a text", Refusal.Malformed, Hex("83 00 01 60"));
        yield return Of("a body of indefinite length", Refusal.NotDeterministic, Hex("83 00 01 5f 41 00 ff"));
        yield return Of("65536 bytes", Refusal.TooLong, [.. Hex("83 00 01 59 fffa"), .. new byte[65_530]]);
        yield return Of("a blank", Refusal.WrongCount, [.. Hex("81 58 20"), .. ValidMessages.Hash(1)]);
    }

    private static IEnumerable<RefusedMessage> Events()
    {
        const string Salt = "02 50 000102030405060708090a0b0c0d0e0f";
        RefusedMessage Of(string name, Refusal reason, string hex) => new(new Example("refusals", "event: " + name, "event", Hex(hex), []), reason);

        yield return Of("a type without a name", Refusal.Malformed, $"a2 01 18 63 {Salt}");
        yield return Of("no salt", Refusal.UnexpectedHeader, "a2 01 01 03 61 78");
        yield return Of("a salt of 15 bytes", Refusal.WrongCount, "a3 01 01 02 4f 000102030405060708090a0b0c0d0e 03 61 78");
        yield return Of("a field too many", Refusal.WrongCount, $"a4 01 01 {Salt} 03 61 78 04 00");
        yield return Of("a field too few", Refusal.Malformed, $"a2 01 01 {Salt}");
        yield return Of("a generation with a part of what came before", Refusal.UnexpectedHeader, $"a4 01 00 {Salt} 03 61 78 05 00");
        yield return Of("nothing refused", Refusal.WrongCount, $"a3 01 05 {Salt} 03 a0");
        yield return Of("reasons that are not sorted", Refusal.NotDeterministic, $"a3 01 05 {Salt} 03 a2 0d 01 0c 01");
        yield return Of("refused: a reason of 2^31", Refusal.NumberOutOfRange, $"a3 01 05 {Salt} 03 a1 1a 80000000 01");
        yield return Of("command done: an outcome of 2^31", Refusal.NumberOutOfRange, $"a4 01 09 {Salt} 03 58 20 {Convert.ToHexStringLower(ValidMessages.Hash(1))} 04 1a 80000000");
        yield return Of("labels that are not sorted", Refusal.NotDeterministic, $"a3 01 0a {Salt} 03 a2 62 6161 60 61 62 60");
        yield return Of("a label given twice", Refusal.NotDeterministic, $"a3 01 0a {Salt} 03 a2 61 61 60 61 61 60");
        yield return Of("a text of 257 bytes", Refusal.TooLong, $"a3 01 01 {Salt} 03 79 0101 {string.Concat(Enumerable.Repeat("78", 257))}");
        yield return Of("heating neither on nor off", Refusal.Malformed, $"a5 01 08 {Salt} 03 61 78 04 00 05 00");
        yield return Of("an alarm with a label of no meaning", Refusal.UnexpectedHeader, $"a4 01 03 {Salt} 03 61 78 07 00");
        yield return Of("a truth value in two bytes", Refusal.Malformed, $"a5 01 08 {Salt} 03 61 78 04 f8 15 05 00");
    }

    private static IEnumerable<RefusedMessage> Statements()
    {
        Kid sensor = Parties.Signer("sensor").PublicKey.Kid;
        LogId registry = LogId.Parse(ValidMessages.Registry);
        Entry good = Statement.Sign(Parties.Signer("authority"), registry, 5, ValidMessages.At, new Revocation(sensor, ValidMessages.At, "lost"));
        RefusedMessage Of(string name, Refusal reason, byte[] entry, ulong index = 5, string log = ValidMessages.Registry, string signer = "authority") =>
            new(new Example("refusals", "statement: " + name, "statement", entry, new JsonObject { ["log"] = log, ["index"] = index, ["signer"] = signer }), reason);
        RefusedMessage Signed(string name, Refusal reason, EntryKind kind, string payload, string? header = null)
        {
            byte[] protectedHeader = Hex(header ?? "a3 01 26 03 18 3c 04 48 " + Parties.Signer("authority").PublicKey.Kid);
            byte[] place = WireWriter.Write(cbor =>
            {
                cbor.WriteStartArray(5);
                cbor.WriteTextString("Sealway statement");
                cbor.WriteTextString(ValidMessages.Registry);
                cbor.WriteUInt64(5);
                cbor.WriteInt32((int)kind);
                cbor.WriteUInt64(ValidMessages.At);
                cbor.WriteEndArray();
            });
            Sign1 made = Sign1.Sign(Parties.Signer("authority"), protectedHeader, place, Hex(payload));
            return Of(name, reason, Entry.Create(kind, ValidMessages.At, made.Bytes).Bytes.ToArray());
        }

        string key = Convert.ToHexString(Parties.Signer("sensor").PublicKey.ToCoseKey());
        string agreement = Convert.ToHexString(Parties.Agreement("member-0").PublicKey.ToCoseKey());
        yield return Of("moved to another index", Refusal.BadSignature, good.Bytes.ToArray(), index: 6);
        yield return Of("moved to another registry", Refusal.BadSignature, good.Bytes.ToArray(), log: "other/0");
        yield return Of("at another time", Refusal.BadSignature, Entry.Create(EntryKind.Revoke, ValidMessages.At + 1, good.Body).Bytes.ToArray());
        yield return Of("signed by another key", Refusal.UnknownKey, good.Bytes.ToArray(), signer: "registrar");
        yield return Of("in an entry of another kind", Refusal.Malformed, Entry.Create(EntryKind.Enrol, ValidMessages.At, good.Body).Bytes.ToArray());
        yield return Of("in an entry that holds no statements", Refusal.WrongKind, Entry.Create(EntryKind.Event, ValidMessages.At, good.Body).Bytes.ToArray());
        yield return Signed("without a content type", Refusal.WrongCount, EntryKind.Revoke, $"a3 01 48 {sensor} 02 00 03 60", "a2 01 26 04 48 " + Parties.Signer("authority").PublicKey.Kid);
        yield return Signed("with a critical header", Refusal.UnexpectedHeader, EntryKind.Revoke, $"a3 01 48 {sensor} 02 00 03 60", "a4 01 26 02 81 03 03 18 3c 04 48 " + Parties.Signer("authority").PublicKey.Kid);
        yield return Signed("a role without a name", Refusal.NumberOutOfRange, EntryKind.Enrol, $"a3 01 {key} 02 07 03 61 78");
        yield return Signed("a name with capitals", Refusal.WrongText, EntryKind.Enrol, $"a3 01 {key} 02 01 03 61 58");
        yield return Signed("a name of 64 characters", Refusal.TooLong, EntryKind.Enrol, $"a3 01 {key} 02 01 03 78 40 {string.Concat(Enumerable.Repeat("78", 64))}");
        yield return Signed("an agreement key where a signing key belongs", Refusal.WrongAlgorithm, EntryKind.Enrol, $"a3 01 {agreement} 02 01 03 61 78");
        yield return Signed("a signing key where an agreement key belongs", Refusal.WrongAlgorithm, EntryKind.Enrol, $"a4 01 {key} 02 01 03 61 78 06 {key}");
        yield return Signed("an enrolment with a field of no meaning", Refusal.UnexpectedHeader, EntryKind.Enrol, $"a4 01 {key} 02 01 03 61 78 07 00");
        yield return Signed("a status that is not sorted", Refusal.NotDeterministic, EntryKind.Status, "a2 01 00 02 82 82 48 0000000000000002 00 82 48 0000000000000001 00");
        yield return Signed("a status that names a key twice", Refusal.NotDeterministic, EntryKind.Status, "a2 01 00 02 82 82 48 0000000000000001 00 82 48 0000000000000001 00");
        yield return Signed("a status beyond its page", Refusal.NumberOutOfRange, EntryKind.Status, "a3 01 00 02 81 82 48 0000000000000003 00 03 82 48 0000000000000001 48 0000000000000002");
        yield return Signed("a rotation to nothing", Refusal.WrongCount, EntryKind.Rotate, $"a2 01 48 {sensor} 03 00");
        string recovery = Convert.ToHexString(Parties.Signer("recovery").PublicKey.ToCoseKey());
        string hash = new('7', 64);
        yield return Signed("a recovery's hash in a sensor's enrolment", Refusal.UnexpectedHeader, EntryKind.Enrol, $"a4 01 {key} 02 01 03 61 78 07 58 20 {hash}");
        yield return Signed("a recovery's hash of 31 bytes", Refusal.WrongCount, EntryKind.Enrol, $"a4 01 {key} 02 00 03 61 78 07 58 1f {hash[..62]}");
        yield return Signed("a recovery without a next one", Refusal.WrongCount, EntryKind.Rotate, $"a4 01 48 {sensor} 02 {key} 03 00 07 {recovery}");
        yield return Signed("a next recovery key in a rotation by the old key", Refusal.WrongCount, EntryKind.Rotate, $"a4 01 48 {sensor} 02 {key} 03 00 08 58 20 {hash}");
        yield return Signed("a recovery with a last that counts", Refusal.UnexpectedHeader, EntryKind.Rotate, $"a6 01 48 {sensor} 02 {key} 03 00 04 07 07 {recovery} 08 58 20 {hash}");
        yield return Signed("a recovery to nothing but an HPKE key", Refusal.UnexpectedHeader, EntryKind.Rotate, $"a5 01 48 {sensor} 03 00 06 {agreement} 07 {recovery} 08 58 20 {hash}");
        yield return Signed("a recovery by an HPKE key", Refusal.WrongAlgorithm, EntryKind.Rotate, $"a5 01 48 {sensor} 02 {key} 03 00 07 {agreement} 08 58 20 {hash}");
        yield return Signed("an erasure that names one entry twice", Refusal.NumberOutOfRange, EntryKind.Erase, "a4 01 68 776172642d332f30 02 05 03 60 04 05");
        yield return Signed("an erasure that ends before it begins", Refusal.NumberOutOfRange, EntryKind.Erase, "a4 01 68 776172642d332f30 02 05 03 60 04 04");
        yield return Signed("an erasure of more entries than one statement can", Refusal.NumberOutOfRange, EntryKind.Erase, "a4 01 68 776172642d332f30 02 05 03 60 04 19 0405");
        yield return Signed("an erasure of an entry beyond all", Refusal.NumberOutOfRange, EntryKind.Erase, "a3 01 68 776172642d332f30 02 1b 0020000000000000 03 60");
        yield return Signed("an erasure in what is no log", Refusal.WrongText, EntryKind.Erase, "a3 01 66 776172642d33 02 05 03 60");
        yield return Signed("an erasure without a reason", Refusal.Malformed, EntryKind.Erase, "a2 01 68 776172642d332f30 02 05");
        yield return Signed("an erasure with a field of no meaning", Refusal.UnexpectedHeader, EntryKind.Erase, "a4 01 68 776172642d332f30 02 05 03 60 05 06");
        yield return Signed("a last that counts of an unknown sort", Refusal.Malformed, EntryKind.Revoke, $"a4 01 48 {sensor} 02 00 03 60 04 61 78");
    }

    private static IEnumerable<RefusedMessage> Heads()
    {
        string kid = "04 48 " + Parties.Signer("gateway").PublicKey.Kid;
        const string HeadClaimPairs = "01 68 776172642d332f30 06 1a 69520380 3a 00010000 02 3a 00010001 0c";
        RefusedMessage Of(string name, Refusal reason, string header, byte[]? payload = null)
        {
            Sign1 made = Sign1.Sign(Parties.Signer("gateway"), Hex(header), [], payload ?? ValidMessages.Hash(0xC1));
            return new(new Example("refusals", "head: " + name, "head", made.Bytes.ToArray(), ValidMessages.By("gateway")), reason);
        }

        yield return Of("a root of 31 bytes", Refusal.WrongCount, $"a4 {Algorithm} {kid} 0f a4 {HeadClaimPairs} 19 018b 01", ValidMessages.Hash(1)[1..]);
        yield return Of("a critical header", Refusal.UnexpectedHeader, $"a5 {Algorithm} 02 81 0f {kid} 0f a4 {HeadClaimPairs} 19 018b 01");
        yield return Of("another tree", Refusal.WrongAlgorithm, $"a4 {Algorithm} {kid} 0f a4 {HeadClaimPairs} 19 018b 02");
        yield return Of("no tree", Refusal.WrongCount, $"a3 {Algorithm} {kid} 0f a4 {HeadClaimPairs}");
        yield return Of("seconds that are no number of milliseconds", Refusal.NumberOutOfRange, $"a4 {Algorithm} {kid} 0f a4 {HeadClaimPairs.Replace("06 1a 69520380", "06 1b 0000083126e978d5", StringComparison.Ordinal)} 19 018b 01");
        yield return Of("three claims", Refusal.WrongCount, $"a4 {Algorithm} {kid} 0f a3 01 68 776172642d332f30 06 1a 69520380 3a 00010000 02 19 018b 01");
        foreach ((string name, string log) in new[]
        {
            ("a log without a generation", "66 776172642d33"), ("a generation with a leading zero", "69 776172642d332f3030"), ("a name with a capital", "68 576172642d332f30"),
            ("a name that begins with a hyphen", "63 2d2f30"), ("no name", "62 2f30"), ("a generation of eleven digits", "6d 772f3131313131313131313131"),
        })
        {
            yield return Of(name, Refusal.WrongText, $"a4 {Algorithm} {kid} 0f a4 {HeadClaimPairs.Replace("68 776172642d332f30", log, StringComparison.Ordinal)} 19 018b 01");
        }

        Head head = ValidMessages.Head();
        Countersignature countersignature = ValidMessages.Countersign(head);
        JsonObject Other() => new() { ["signer"] = "archive", ["head"] = Says.Hex(ValidMessages.Head(size: 3).Bytes) };
        yield return new(new Example("refusals", "countersignature: of another head", "countersignature", countersignature.ToArray(), Other()), Refusal.BadSignature);
        yield return new(new Example("refusals", "countersignature: by another key", "countersignature", countersignature.ToArray(), new JsonObject { ["signer"] = "cloud", ["head"] = Says.Hex(head.Bytes) }), Refusal.UnknownKey);
        byte[] critical = Hex($"a4 01 26 02 81 0f 04 48 {Parties.Signer("archive").PublicKey.Kid} 0f a3 06 00 3a 00010001 00 3a 00010002 00");
        byte[] signature = new byte[64];
        Parties.Signer("archive").Sign(ToBeSigned.Countersign(head.Protected.Span, critical, [], head.Root.Span, head.Signature.Span), signature);
        yield return new(new Example("refusals", "countersignature: a critical header", "countersignature", [0x83, .. Bstr(critical), 0xA0, .. Bstr(signature)], new JsonObject { ["signer"] = "archive", ["head"] = Says.Hex(head.Bytes) }), Refusal.UnexpectedHeader);

        byte[] receipt = Receipt.Create(head, [], [new InclusionProof(2, 0, [ValidMessages.Hash(1)])]).ToArray();
        RefusedMessage Receipts(string name, Refusal reason, byte[] bytes, byte[]? root = null) =>
            new(new Example("refusals", "receipt: " + name, "receipt", bytes, new JsonObject { ["signer"] = "gateway", ["root"] = Says.Hex(root ?? head.Root), ["countersigners"] = new JsonArray() }), reason);
        byte[] Made(string unprotected) => [0xD2, 0x84, .. Bstr(head.Protected.ToArray()), .. Hex(unprotected), 0xF6, .. Bstr(head.Signature.ToArray())];
        string path = "81 58 20 " + Convert.ToHexString(ValidMessages.Hash(1));
        yield return Receipts("of another root", Refusal.BadSignature, receipt, ValidMessages.Hash(2));
        yield return Receipts("a proof of another size", Refusal.WrongSize, Made($"a1 19 018c a1 20 81 58 26 83 03 00 {path}"));
        yield return Receipts("a proof without a hash", Refusal.WrongCount, Made("a1 19 018c a1 20 81 44 83 02 00 80"));
        yield return Receipts("no proof", Refusal.WrongCount, Made("a1 19 018c a1 20 80"));
        yield return Receipts("consistency proofs", Refusal.UnexpectedHeader, Made($"a1 19 018c a1 21 81 58 26 83 02 00 {path}"));
        yield return Receipts("no countersignature in a list of them", Refusal.WrongCount, Made($"a2 0b 80 19 018c a1 20 81 58 26 83 02 00 {path}"));
        yield return Receipts("a countersignature outside a list", Refusal.Malformed, Made($"a2 0b {Convert.ToHexString(countersignature.ToArray())} 19 018c a1 20 81 58 26 83 02 00 {path}"));
    }

    private static IEnumerable<RefusedMessage> Sealing()
    {
        LogId home = LogId.Parse(ValidMessages.Home);
        using EpochKey key = ValidMessages.Key();
        using Sealer sealer = new(home, ValidMessages.Key());
        byte[] slot = sealer.Seal(new byte[256]);
        JsonObject Step(string log = ValidMessages.Home, string epoch = ValidMessages.Epoch) => new() { ["log"] = log, ["epoch"] = epoch, ["epochKey"] = ValidMessages.EpochKeyHex };
        RefusedMessage Sealed(string name, Refusal reason, byte[] bytes, JsonObject? with = null) => new(new Example("refusals", "sealed: " + name, "sealed", bytes, with ?? Step()), reason);
        byte[] Replaced(string from, string to)
        {
            string hex = Convert.ToHexString(slot);
            return Convert.FromHexString(hex.Replace(from.Replace(" ", string.Empty, StringComparison.Ordinal), to.Replace(" ", string.Empty, StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));
        }

        yield return Sealed("of another log", Refusal.SealBroken, slot, Step(log: "home-k2f9/2"));
        yield return Sealed("of another epoch", Refusal.UnknownEpoch, slot, Step(epoch: "0a0b0c0e"));
        yield return Sealed("at another step", Refusal.SealBroken, Replaced("06 42 0000", "06 42 0001"));
        yield return Sealed("a step of one byte", Refusal.WrongCount, Replaced("06 42 0000", "06 41 00"));
        yield return Sealed("algorithm A128GCM", Refusal.WrongAlgorithm, Replaced("43 a1 01 03", "43 a1 01 01"));
        yield return Sealed("an IV beside the partial IV", Refusal.WrongCount, Replaced("a2 04 44 0a0b0c0d 06 42 0000", "a3 04 44 0a0b0c0d 05 40 06 42 0000"));
        yield return Sealed("a plaintext of 255 bytes", Refusal.WrongCount, SealedSlot.Encode(key.Id, 0, new byte[271]));
        yield return Sealed("no ciphertext but the tag", Refusal.WrongCount, SealedSlot.Encode(key.Id, 0, new byte[16]));
        yield return Sealed("a plaintext of 65,025 bytes", Refusal.WrongCount, SealedSlot.Encode(key.Id, 0, new byte[65_041]));
        yield return Sealed("a changed bit", Refusal.SealBroken, [.. slot[..^1], (byte)(slot[^1] ^ 1)]);

        byte[] epoch = Epoch.Create(home, key, 9, [Parties.Agreement("member-0").PublicKey]);
        JsonObject Member(string name = "member-0", string log = ValidMessages.Home) => new() { ["log"] = log, ["members"] = new JsonArray(name) };
        RefusedMessage Epochs(string name, Refusal reason, byte[] bytes, JsonObject? with = null) => new(new Example("refusals", "epoch: " + name, "epoch", bytes, with ?? Member()), reason);
        yield return Epochs("opened by a stranger", Refusal.NotForUs, epoch, Member("stranger"));
        yield return Epochs("of another log", Refusal.NotForUs, epoch, Member(log: "home-k2f9/2"));
        yield return Epochs("a key of 31 bytes", Refusal.WrongCount, KeyEnvelope.Seal(home, key.Id, 9, [Parties.Agreement("member-0").PublicKey], new byte[31]));
        yield return Epochs("a key of 33 bytes", Refusal.WrongCount, KeyEnvelope.Seal(home, key.Id, 9, [Parties.Agreement("member-0").PublicKey], new byte[33]));
        yield return Epochs("seven recipients", Refusal.WrongCount, WithRecipients(epoch, 7));
        yield return Epochs("nine recipients", Refusal.WrongCount, WithRecipients(epoch, 9));

        byte[] grant = Grant.Create(home, key.Id, 9, [Parties.Agreement("member-0").PublicKey], [key]);
        RefusedMessage Grants(string name, Refusal reason, byte[] bytes, string newcomer = "member-0", string log = ValidMessages.Home) =>
            new(new Example("refusals", "grant: " + name, "grant", bytes, new JsonObject { ["log"] = log, ["newcomer"] = newcomer }), reason);
        yield return Grants("opened by a stranger", Refusal.NotForUs, grant, newcomer: "stranger");
        yield return Grants("of another log", Refusal.NotForUs, grant, log: "home-k2f9/2");
        yield return Grants("seven recipients", Refusal.WrongCount, WithRecipients(grant, 7));
        yield return Grants("nothing granted", Refusal.WrongCount, GrantOf("80"));
        yield return Grants("a key of 31 bytes", Refusal.WrongCount, GrantOf("81 82 44 0a0b0c0d 58 1f " + string.Concat(Enumerable.Repeat("40", 31))));
        yield return Grants("an epoch-id of five bytes", Refusal.WrongCount, GrantOf("81 82 45 0a0b0c0d0e 58 20 " + ValidMessages.EpochKeyHex));
        yield return Grants("a byte after the keys", Refusal.TrailingBytes, GrantOf($"81 82 44 0a0b0c0d 58 20 {ValidMessages.EpochKeyHex} 00"));
        yield return Grants("keys in an array of indefinite length", Refusal.NotDeterministic, GrantOf($"9f 82 44 0a0b0c0d 58 20 {ValidMessages.EpochKeyHex} ff"));

        byte[] GrantOf(string plaintext) => KeyEnvelope.Seal(home, key.Id, 9, [Parties.Agreement("member-0").PublicKey], Hex(plaintext));

        RefusedMessage Slots(string name, Refusal reason, byte[] bytes) => new(new Example("refusals", "slot: " + name, "slot", bytes, []), reason);
        SlotBuilder builder = new(256);
        builder.TryAdd(ValidMessages.Reading(9, ValidMessages.Hr()), 10);
        byte[] plaintext = builder.Plaintext.ToArray();
        byte[] dirty = [.. plaintext];
        dirty[^1] = 1;
        yield return Slots("something in the padding", Refusal.TrailingBytes, dirty);
        yield return Slots("an item without its time", Refusal.Malformed, plaintext[..(builder.Used - 1)]);
        yield return Slots("an item that is a text", Refusal.Malformed, Hex("61 78 00 00"));
        yield return Slots("a rollup of nothing", Refusal.NumberOutOfRange, Hex($"88 48 {Parties.Signer("sensor").PublicKey.Kid} 61 78 00 00 00 00 00 00 00"));
        yield return Slots("a rollup of more than an hour", Refusal.NumberOutOfRange, Hex($"88 48 {Parties.Signer("sensor").PublicKey.Kid} 61 78 00 1a 0036ee81 01 00 00 00 00"));
        yield return Slots("longer than 65024 bytes", Refusal.TooLong, new byte[65_025]);
    }

    private static IEnumerable<RefusedMessage> Commands()
    {
        LogId home = LogId.Parse(ValidMessages.Home);
        Command good = Command.Sign(Parties.Signer("app"), home, ValidMessages.SetTarget());
        byte[] slot = SealedCommand.Seal(home, Parties.Agreement("gateway-hpke").PublicKey, good);
        JsonObject With(string log = ValidMessages.Home, string signer = "app") => new() { ["log"] = log, ["signer"] = signer };
        RefusedMessage Of(string name, Refusal reason, string payload, string? header = null)
        {
            byte[] context = WireWriter.Write(cbor =>
            {
                cbor.WriteStartArray(2);
                cbor.WriteTextString("Sealway command");
                cbor.WriteTextString(ValidMessages.Home);
                cbor.WriteEndArray();
            });
            Sign1 made = Sign1.Sign(Parties.Signer("app"), Hex(header ?? "a3 01 26 03 18 3c 04 48 " + Parties.Signer("app").PublicKey.Kid), context, Hex(payload));
            return new(new Example("refusals", "command: " + name, "command", made.Bytes.ToArray(), With()), reason);
        }

        string first = "01 00 02 00 03 01 04 58 20 " + Convert.ToHexString(ValidMessages.Hash(1));
        yield return new(new Example("refusals", "command: for another log", "command", good.Bytes.ToArray(), With(log: "home-k2f9/2")), Refusal.BadSignature);
        yield return new(new Example("refusals", "command: by another key", "command", good.Bytes.ToArray(), With(signer: "sensor")), Refusal.UnknownKey);
        yield return Of("an action without a name", Refusal.Malformed, $"a6 {first} 05 09 06 61 78");
        yield return Of("a target without a room", Refusal.Malformed, $"a6 {first} 05 01 07 00");
        yield return Of("a member to remove by seven bytes", Refusal.WrongCount, $"a6 {first} 05 02 08 47 01020304050607");
        yield return Of("a new HPKE key without its statement", Refusal.Malformed, $"a6 {first} 05 04 0a 0c");
        yield return Of("a statement without its index", Refusal.Malformed, $"a6 {first} 05 04 0b 41 00");
        yield return Of("a statement of no bytes", Refusal.WrongCount, $"a7 {first} 05 04 0a 0c 0b 40");
        yield return Of("a new HPKE key for an index beyond 2^53 - 1", Refusal.NumberOutOfRange, $"a7 {first} 05 04 0a 1b 0020000000000000 0b 41 00");
        yield return Of("a new HPKE key with a member to remove", Refusal.WrongCount, $"a8 {first} 05 04 08 48 0102030405060708 0a 0c 0b 41 00");
        yield return Of("a head of nothing", Refusal.NumberOutOfRange, $"a6 {first.Replace("03 01", "03 00", StringComparison.Ordinal)} 05 02 08 48 0102030405060708");
        yield return Of("a critical header", Refusal.UnexpectedHeader, $"a6 {first} 05 02 08 48 0102030405060708", "a4 01 26 02 81 03 03 18 3c 04 48 " + Parties.Signer("app").PublicKey.Kid);
        RefusedMessage Slots(string name, Refusal reason, byte[] bytes, string log = ValidMessages.Home) =>
            new(new Example("refusals", "command-slot: " + name, "command-slot", bytes, new JsonObject { ["log"] = log }), reason);
        yield return Slots("for another log", Refusal.SealBroken, slot, "home-k2f9/2");
        yield return Slots("2047 bytes", Refusal.WrongSize, slot[..^1]);
        yield return Slots("a changed bit", Refusal.SealBroken, [.. slot[..^1], (byte)(slot[^1] ^ 1)]);
    }

    private static IEnumerable<RefusedMessage> Following()
    {
        RefusedMessage Of(string name, Refusal reason, byte[] bytes) => new(new Example("refusals", "follow: " + name, "follow", bytes, []), reason);
        const string Log = "68 776172642d332f30";
        byte[] head = ValidMessages.Head().Bytes.ToArray();
        byte[] Appended(string from, string entries) => [.. Hex($"86 00 {Log} {from} {entries}"), .. Bstr(head), 0x80];

        yield return Of("a kind without a name", Refusal.Malformed, Hex($"82 09 {Log}"));
        yield return Of("a kind with another's fields", Refusal.Malformed, Hex($"82 04 {Log}"));
        yield return Of("entries that end before they begin", Refusal.WrongSize, Hex($"84 02 {Log} 02 01"));
        yield return Of("a size held without a head", Refusal.WrongSize, Hex($"84 01 {Log} 02 f6"));
        yield return Of("an append that does not end at its head", Refusal.WrongSize, Appended("02", "81 41 00"));
        yield return Of("an append of an empty entry", Refusal.WrongCount, Appended("01", "81 40"));
        yield return Of("a blank of 31 bytes", Refusal.WrongCount, Appended("01", "81 81 58 1f " + string.Concat(Enumerable.Repeat("01", 31))));
        yield return Of("an append with another log's head", Refusal.WrongLog, [.. Hex($"86 00 68 776172642d342f30 02 80"), .. Bstr(head), 0x80]);
        yield return Of("1025 entries", Refusal.WrongCount, Appended("00", "99 0401 " + string.Concat(Enumerable.Repeat("41 00 ", 1025))));
        yield return Of("seventeen countersignatures", Refusal.WrongCount, [.. Hex($"86 00 {Log} 02 80"), .. Bstr(head), 0x91, .. Enumerable.Repeat(ValidMessages.Countersign(ValidMessages.Head()).ToArray(), 17).SelectMany(one => one)]);
        yield return Of("a command slot of 2047 bytes", Refusal.WrongCount, [.. Hex($"83 05 {Log} 59 07ff"), .. new byte[2_047]]);
        yield return Of("a byte after the message", Refusal.TrailingBytes, Hex($"82 03 {Log} 00"));
        yield return Of("a log-id without a generation", Refusal.WrongText, Hex("82 03 66 776172642d33"));
        yield return Of("a log-id whose generation begins with a zero", Refusal.WrongText, Hex("82 03 69 776172642d332f3031"));
        yield return Of("a log-id with capitals", Refusal.WrongText, Hex("82 03 68 576172642d332f30"));
        yield return Of("a size of 2^53", Refusal.NumberOutOfRange, Hex($"83 04 {Log} 1b 0020000000000000"));
        yield return Of("a size in a longer head than it needs", Refusal.NotDeterministic, Hex($"83 04 {Log} 18 02"));
        yield return Of("an append whose size goes beyond its head's", Refusal.WrongSize, Appended("1b 001fffffffffffff", "81 41 00"));
        yield return Of("a size held with another log's head", Refusal.WrongLog, [.. Hex("84 01 68 776172642d342f30 02 82"), .. Bstr(head), 0x80]);
        yield return Of("a size held that is not its head's", Refusal.WrongSize, [.. Hex($"84 01 {Log} 03 82"), .. Bstr(head), 0x80]);
        yield return Of("an array that promises more than follows", Refusal.Malformed, Hex($"9b 7fffffffffffffff 00 {Log}"));
        byte[] Started(string log, string frontier, byte[]? of = null) => [.. Hex($"85 07 {log} {frontier}"), .. Bstr(of ?? head), 0x80];
        string hash = "58 20 " + string.Concat(Enumerable.Repeat("01", 32));
        yield return Of("a start with another log's head", Refusal.WrongLog, Started("68 776172642d342f30", "81 " + hash));
        yield return Of("a start without a frontier", Refusal.WrongCount, Started(Log, "80"));
        yield return Of("a start whose frontier has 54 hashes", Refusal.WrongCount, Started(Log, "98 36 " + string.Concat(Enumerable.Repeat(hash, 54))));
        yield return Of("a start with a hash of 31 bytes", Refusal.WrongCount, Started(Log, "81 58 1f " + string.Concat(Enumerable.Repeat("01", 31))));
        yield return Of("a start at an empty log", Refusal.WrongSize, Started(Log, "81 " + hash, ValidMessages.Head(size: 0).Bytes.ToArray()));
        yield return Of("a start asked for with a size", Refusal.Malformed, Hex($"83 06 {Log} 02"));
        yield return new(new Example("refusals", "follow-sequence: a second message cut short", "follow-sequence", Hex($"82 03 {Log} 82 03 68 7761"), []), Refusal.Malformed);
        yield return new(new Example("refusals", "follow-sequence: a zero byte after a message", "follow-sequence", Hex($"82 03 {Log} 00"), []), Refusal.Malformed);
        yield return new(new Example("refusals", "follow-sequence: five messages", "follow-sequence", Hex(string.Concat(Enumerable.Repeat($"82 03 {Log}", 5))), []), Refusal.WrongCount);
    }

    private static IEnumerable<RefusedMessage> SensorLink()
    {
        RefusedMessage Of(string name, Refusal reason, string hex) => new(new Example("refusals", "sensor-link: " + name, "sensor-link", Hex(hex), []), reason);
        yield return Of("a kind without a name", Refusal.Malformed, "82 03 40");
        yield return Of("a nonce of nine bytes", Refusal.WrongCount, "82 00 49 000102030405060708");
        yield return Of("nothing stored", Refusal.WrongCount, "82 01 80");
        yield return Of("257 numbers stored", Refusal.WrongCount, "82 01 99 0101 " + string.Concat(Enumerable.Repeat("48 0000000300000411", 257)));
        yield return Of("a number of nine bytes", Refusal.WrongCount, "82 01 81 49 000000030000041100");
        yield return Of("a challenge and more", Refusal.Malformed, "83 00 48 0001020304050607 00");
        yield return Of("a refusal without a reason", Refusal.Malformed, "82 02 48 0000000300000411");
        yield return Of("a reason of 2^31", Refusal.NumberOutOfRange, "83 02 48 0000000300000411 1a 80000000");
        yield return Of("stored in an array of indefinite length", Refusal.NotDeterministic, "82 01 9f 48 0000000300000411 ff");
        yield return Of("a byte after the message", Refusal.TrailingBytes, "82 00 48 0001020304050607 00");
    }

    private static IEnumerable<RefusedMessage> CoseKeys()
    {
        byte[] good = Parties.Signer("sensor").PublicKey.ToCoseKey();
        string x = Convert.ToHexString(good[10..42]);
        string y = Convert.ToHexString(good[45..]);
        RefusedMessage Of(string name, Refusal reason, string hex) => new(new Example("refusals", "cose-key: " + name, "cose-key", Hex(hex), []), reason);
        yield return Of("a point that is not on the curve", Refusal.BadKey, $"a5 01 02 03 26 20 01 21 58 20 {x} 22 58 20 {x}");
        yield return Of("the point at zero", Refusal.BadKey, $"a5 01 02 03 26 20 01 21 58 20 {new string('0', 64)} 22 58 20 {new string('0', 64)}");

        // x = 5 is on the curve, and so would be p + 5 if it were taken modulo p: one key would have two names.
        yield return Of("a coordinate beyond the field", Refusal.BadKey, "a5 01 02 03 26 20 01 21 58 20 ffffffff00000001000000000000000000000001000000000000000000000004 22 58 20 459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc");
        yield return Of("curve P-384", Refusal.BadKey, $"a5 01 02 03 26 20 02 21 58 20 {x} 22 58 20 {y}");
        yield return Of("key type OKP", Refusal.BadKey, $"a5 01 01 03 26 20 01 21 58 20 {x} 22 58 20 {y}");
        yield return Of("algorithm ES384", Refusal.WrongAlgorithm, $"a5 01 02 03 38 22 20 01 21 58 20 {x} 22 58 20 {y}");
        yield return Of("y as a sign bit", Refusal.Malformed, $"a5 01 02 03 26 20 01 21 58 20 {x} 22 f5");
        yield return Of("with a key id", Refusal.WrongCount, $"a6 01 02 02 41 00 03 26 20 01 21 58 20 {x} 22 58 20 {y}");
        yield return Of("with the private key", Refusal.WrongCount, $"a6 01 02 03 26 20 01 21 58 20 {x} 22 58 20 {y} 23 58 20 {x}");
    }

    private static RefusedMessage SignedReading(string name, Refusal reason, string header, string payload)
    {
        Sign1 made = Sign1.Sign(Parties.Signer("sensor"), Hex(header), [], Hex(payload));
        return new(new Example("refusals", "reading: " + name, "reading", made.Bytes.ToArray(), ValidMessages.By("sensor")), reason);
    }

    // The epoch again with fewer recipients, or with the first of them twice.
    private static byte[] WithRecipients(byte[] epoch, int recipients)
    {
        CborReader reader = new(epoch, CborConformanceMode.Lax);
        reader.ReadTag();
        reader.ReadStartArray();
        byte[] start = [.. reader.ReadEncodedValue().Span, .. reader.ReadEncodedValue().Span, .. reader.ReadEncodedValue().Span];
        reader.ReadStartArray();
        byte[][] each = [.. Enumerable.Range(0, 8).Select(_ => reader.ReadEncodedValue().ToArray())];
        return [.. Hex("d8 60 84"), .. start, (byte)(0x80 + recipients), .. each.Append(each[0]).Take(recipients).SelectMany(one => one)];
    }

    private static byte[] High(byte[] signature)
    {
        System.Numerics.BigInteger order = new(Hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"), isUnsigned: true, isBigEndian: true);
        System.Numerics.BigInteger s = new(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        byte[] high = (order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. signature[..32], .. new byte[32 - high.Length], .. high];
    }

    private static byte[] Bstr(byte[] bytes)
    {
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)bytes.Length);
        return bytes.Length < 24 ? [(byte)(0x40 + bytes.Length), .. bytes]
            : bytes.Length < 256 ? [0x58, (byte)bytes.Length, .. bytes]
            : [0x59, .. length, .. bytes];
    }

    private static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal));
}
