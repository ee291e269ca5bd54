namespace Sealway.Log;

using System.Formats.Cbor;
using Sealway.Messages;

/// <summary>
/// The one form of evidence: <c>[1, evidence, evidence]</c>, entries of a log with their way, and the registry's statements about the keys on it.
/// Checked offline from the fleet authority's key alone.
/// </summary>
/// <param name="Log">The log's entries.</param>
/// <param name="Registry">The registry's entries: the enrolment of each key, and what else the judgment needs.</param>
public sealed record Waybill(Evidence Log, Evidence Registry)
{
    /// <summary>The largest waybill, in bytes.</summary>
    public const int MaxBytes = 2 * (Evidence.MaxBytes + (8 * Limits.ReceiptProofs));

    private const ulong Version = 1;

    /// <summary>Reads a waybill from outside. It is not verified yet.</summary>
    /// <param name="bytes">The file's bytes.</param>
    /// <returns>The waybill; encoded again it has the same bytes.</returns>
    /// <exception cref="MessageException">Not exactly a waybill; the reason says what.</exception>
    public static Waybill FromUntrusted(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
        {
            throw new MessageException(Refusal.TooLong, "waybill");
        }

        Waybill waybill;
        try
        {
            waybill = Read(new CborReader(bytes, CborConformanceMode.Canonical));
        }
        catch (Exception inner) when (inner is CborContentException or InvalidOperationException)
        {
            throw new MessageException(Refusal.Malformed, "waybill", inner);
        }
        catch (OverflowException inner)
        {
            throw new MessageException(Refusal.NumberOutOfRange, "waybill", inner);
        }

        // The parts were each read strictly; this holds whatever they come to allow.
        return waybill.ToArray().AsSpan().SequenceEqual(bytes.Span) ? waybill : throw new MessageException(Refusal.NotDeterministic, "waybill");
    }

    /// <summary>The waybill's bytes.</summary>
    /// <returns>The bytes of the file.</returns>
    public byte[] ToArray()
    {
        CborWriter cbor = new(CborConformanceMode.Canonical);
        cbor.WriteStartArray(3);
        cbor.WriteUInt64(Version);
        Log.Write(cbor);
        Registry.Write(cbor);
        cbor.WriteEndArray();
        return cbor.Encode();
    }

    private static Waybill Read(CborReader cbor)
    {
        if (cbor.ReadStartArray() != 3)
        {
            throw new MessageException(Refusal.WrongCount, "waybill");
        }

        if (cbor.ReadUInt64() != Version)
        {
            throw new MessageException(Refusal.NumberOutOfRange, "waybill: version");
        }

        Waybill waybill = new(Evidence.Read(cbor), Evidence.Read(cbor));
        cbor.ReadEndArray();
        return cbor.BytesRemaining == 0 ? waybill : throw new MessageException(Refusal.TrailingBytes, "waybill");
    }
}
