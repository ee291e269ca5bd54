namespace Sealway.Fuzz.Oracles;

using Sealway.Messages;

/// <summary>What holds for whatever a decoder accepts.</summary>
internal static class Require
{
    public static void That(bool holds, string what)
    {
        if (!holds)
        {
            throw new FindingException(what);
        }
    }

    /// <summary>Made again from what it says, a message has the same bytes.</summary>
    public static void Same(ReadOnlySpan<byte> again, ReadOnlySpan<byte> bytes, string what) =>
        That(again.SequenceEqual(bytes), $"{what}: made again it has other bytes");

    /// <summary>The one deterministic encoding, by a reading that shares no code with the decoder.</summary>
    public static void Deterministic(ReadOnlySpan<byte> item, string what) =>
        That(DeterministicCbor.IsOne(item), $"{what}: accepted, but not one deterministic item");

    /// <summary>Whether a decoder accepts; a refusal must be the named one.</summary>
    public static T? Accepted<T>(Func<T> decode)
        where T : class
    {
        try
        {
            return decode();
        }
        catch (MessageException refused)
        {
            Named(refused);
            return null;
        }
    }

    /// <summary>A refusal names a reason, and its text neither goes on without end nor quotes the content.</summary>
    public static void Named(MessageException refused) =>
        That(refused.Reason != Refusal.None && refused.Message.Length < 120, $"a refusal that says '{refused.Message}'");
}
