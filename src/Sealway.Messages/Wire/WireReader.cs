namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>
/// Reads one message top to bottom in wire order. RFC 8949 core deterministic encoding is enforced throughout: the
/// library's canonical mode refuses long heads, indefinite lengths, unsorted and duplicate keys (its length-first
/// order of keys equals the bytewise one for every map of Sealway), <see cref="Number"/> refuses long floats.
/// Therefore what parses has one encoding only, and encoding it again gives the same bytes.
/// </summary>
internal sealed class WireReader
{
    private readonly CborReader _cbor;
    private readonly string _what;

    private WireReader(ReadOnlyMemory<byte> bytes, string what, bool sequence)
    {
        _cbor = new CborReader(bytes, CborConformanceMode.Canonical, allowMultipleRootLevelValues: sequence);
        _what = what;
    }

    public int Remaining => _cbor.BytesRemaining;

    /// <summary>Reads a whole message: its length is checked first, and no byte may be left at the end.</summary>
    public static T Read<T>(ReadOnlyMemory<byte> bytes, int limit, string what, Func<WireReader, T> read)
    {
        if (bytes.Length > limit)
        {
            throw new MessageException(Refusal.TooLong, $"{what}: {bytes.Length} bytes, at most {limit}");
        }

        WireReader reader = new(bytes, what, sequence: false);
        return Guard(bytes, what, () =>
        {
            T value = read(reader);
            reader.End();
            return value;
        });
    }

    /// <summary>Reads the first item of a CBOR sequence (RFC 8742) and tells how many bytes it took.</summary>
    public static T ReadFirst<T>(ReadOnlyMemory<byte> bytes, string what, Func<WireReader, T> read, out int taken)
    {
        WireReader reader = new(bytes, what, sequence: true);
        T value = Guard(bytes, what, () => read(reader));
        taken = bytes.Length - reader._cbor.BytesRemaining;
        return value;
    }

    public void Array(int count)
    {
        if (_cbor.ReadStartArray() != count)
        {
            throw Wrong(Refusal.WrongCount);
        }
    }

    public int Array(int least, int most)
    {
        // The library has checked that the count does not exceed the bytes that are left.
        int count = _cbor.ReadStartArray() ?? throw Wrong(Refusal.NotDeterministic);
        return count >= least && count <= most ? count : throw Wrong(Refusal.WrongCount);
    }

    public void EndArray() => _cbor.ReadEndArray();

    public int Map(int least, int most)
    {
        int count = _cbor.ReadStartMap() ?? throw Wrong(Refusal.NotDeterministic);
        return count >= least && count <= most ? count : throw Wrong(Refusal.WrongCount);
    }

    public void EndMap() => _cbor.ReadEndMap();

    /// <summary>Reads a map's next key, which must be this one.</summary>
    public void Key(long key)
    {
        if (_cbor.ReadInt64() != key)
        {
            throw Wrong(Refusal.UnexpectedHeader);
        }
    }

    public long Key() => _cbor.ReadInt64();

    public ulong Number(ulong most = Limits.LargestNumber)
    {
        ulong value = _cbor.ReadUInt64();
        return value <= most ? value : throw Wrong(Refusal.NumberOutOfRange);
    }

    public long Integer()
    {
        long value = _cbor.ReadInt64();
        return value is >= -(long)Limits.LargestNumber and <= (long)Limits.LargestNumber ? value : throw Wrong(Refusal.NumberOutOfRange);
    }

    public void Exactly(long value, Refusal otherwise)
    {
        if (_cbor.ReadInt64() != value)
        {
            throw Wrong(otherwise);
        }
    }

    public bool Boolean() => _cbor.ReadBoolean();

    public double Float() => _cbor.ReadDouble();

    public ReadOnlyMemory<byte> Bytes(int least, int most)
    {
        ReadOnlyMemory<byte> bytes = ByteString();
        return bytes.Length > most ? throw Wrong(Refusal.TooLong)
            : bytes.Length < least ? throw Wrong(Refusal.WrongCount)
            : bytes;
    }

    /// <summary>A ciphertext: whatever its length, what is too short or too long for its content is <see cref="Refusal.WrongCount"/>.</summary>
    public ReadOnlyMemory<byte> Ciphertext(int least, int most)
    {
        ReadOnlyMemory<byte> bytes = ByteString();
        return bytes.Length < least || bytes.Length > most ? throw Wrong(Refusal.WrongCount) : bytes;
    }

    public ReadOnlyMemory<byte> Bytes(int length)
    {
        ReadOnlyMemory<byte> bytes = ByteString();
        return bytes.Length == length ? bytes : throw Wrong(Refusal.WrongCount);
    }

    public Kid Kid() => Messages.Kid.FromBytes(Bytes(Messages.Kid.Size).Span);

    public string Text(int most = Limits.TextBytes)
    {
        RefuseIndefinite(CborReaderState.StartIndefiniteLengthTextString);
        ReadOnlyMemory<byte> utf8 = _cbor.ReadDefiniteLengthTextStringBytes();
        if (utf8.Length > most)
        {
            throw Wrong(Refusal.TooLong);
        }

        try
        {
            return Utf8.Strict.GetString(utf8.Span);
        }
        catch (System.Text.DecoderFallbackException inner)
        {
            throw new MessageException(Refusal.WrongText, _what, inner);
        }
    }

    public void Tag(ulong tag)
    {
        if ((ulong)_cbor.ReadTag() != tag)
        {
            throw Wrong(Refusal.Malformed);
        }
    }

    public void Nil() => _cbor.ReadNull();

    public CborReaderState Peek() => _cbor.PeekState();

    /// <summary>Takes one whole item as its bytes.</summary>
    public ReadOnlyMemory<byte> Item() => _cbor.ReadEncodedValue();

    public MessageException Wrong(Refusal reason) => new(reason, _what);

    private ReadOnlyMemory<byte> ByteString()
    {
        RefuseIndefinite(CborReaderState.StartIndefiniteLengthByteString);
        return _cbor.ReadDefiniteLengthByteString();
    }

    // The library would say no more than that another item stands here.
    private void RefuseIndefinite(CborReaderState form)
    {
        if (_cbor.PeekState() == form)
        {
            throw Wrong(Refusal.NotDeterministic);
        }
    }

    private void End()
    {
        if (_cbor.BytesRemaining != 0)
        {
            throw Wrong(Refusal.TrailingBytes);
        }
    }

    private static T Guard<T>(ReadOnlyMemory<byte> bytes, string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CborContentException inner)
        {
            // Refused either way; the reason tells a bad encoder from noise.
            throw new MessageException(IsWellFormed(bytes) ? Refusal.NotDeterministic : Refusal.Malformed, what, inner);
        }
        catch (InvalidOperationException inner)
        {
            throw new MessageException(Refusal.Malformed, what, inner);
        }
        catch (OverflowException inner)
        {
            throw new MessageException(Refusal.NumberOutOfRange, what, inner);
        }
    }

    private static bool IsWellFormed(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return false;
        }

        try
        {
            CborReader cbor = new(bytes, CborConformanceMode.Lax, allowMultipleRootLevelValues: true);
            while (cbor.PeekState() != CborReaderState.Finished)
            {
                cbor.SkipValue(disableConformanceModeChecks: true);
            }

            return true;
        }
        catch (Exception ended) when (ended is CborContentException or InvalidOperationException)
        {
            return false;
        }
    }
}
