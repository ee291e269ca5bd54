namespace Sealway.TlsCheck.Probing;

using System.Net.Sockets;
using Sealway.TlsCheck.Keys;
using Sealway.TlsCheck.Wire;

/// <summary>One connection to the endpoint: records in and out, within bounds of time, bytes and records.</summary>
/// <param name="stream">The connected socket, past any STARTTLS.</param>
/// <param name="deadline">Cancelled when the connection has lasted long enough.</param>
/// <param name="released">Called once at the end.</param>
internal sealed class ProbeConnection(Stream stream, Deadline deadline, Action released) : IAsyncDisposable
{
    /// <summary>What one handshake may send us, in bytes.</summary>
    public const int MostBytes = 1_048_576;

    /// <summary>What one handshake may send us, in records.</summary>
    public const int MostRecords = 512;

    private const int MostFragment = 16_384;

    private readonly byte[] _header = new byte[RecordHeader.Size];
    private readonly HandshakeBuffer _messages = new();
    private int _bytes;
    private int _records;

    /// <summary>Opens what arrives, once the peer's keys are in use.</summary>
    public IRecordOpener? Opener { get; set; }

    /// <summary>Seals what is sent, once our keys are in use.</summary>
    public IRecordSealer? Sealer { get; set; }

    /// <summary>Whether change_cipher_spec is only there for middle boxes (TLS 1.3) and is to be skipped.</summary>
    public bool SkipsChangeCipherSpec { get; set; }

    /// <summary>Heartbeats that came between messages.</summary>
    public int Heartbeats { get; private set; }

    /// <summary>Sends a message or several in records of the usual size.</summary>
    public async Task SendAsync(ContentType type, ReadOnlyMemory<byte> body, ProtocolVersion version)
    {
        MemoryStream all = new();
        for (int at = 0; at == 0 || at < body.Length; at += MostFragment)
        {
            ReadOnlyMemory<byte> part = body[at..Math.Min(at + MostFragment, body.Length)];
            if (Sealer is { } sealer && !(SkipsChangeCipherSpec && type == ContentType.ChangeCipherSpec))
            {
                (ContentType outer, byte[] inner) = sealer.Seal(type, part.Span);
                all.Write(Record(outer, inner, version));
            }
            else
            {
                all.Write(Record(type, part.Span, version));
            }
        }

        await SendRawAsync(all.ToArray()).ConfigureAwait(false);
    }

    /// <summary>Sends bytes as they are.</summary>
    /// <exception cref="PeerStopException">The peer does not take them.</exception>
    public Task SendRawAsync(ReadOnlyMemory<byte> bytes) => Guarded(async token =>
    {
        await stream.WriteAsync(bytes, token).ConfigureAwait(false);
        await stream.FlushAsync(token).ConfigureAwait(false);
        return true;
    });

    /// <summary>One record with its header, unsealed.</summary>
    public static byte[] Record(ContentType type, ReadOnlySpan<byte> body, ProtocolVersion version) =>
        new WireWriter().Byte((byte)type).Short((ushort)version).Vector16(body).ToArray();

    /// <summary>The next record, opened; alerts are an end.</summary>
    /// <exception cref="PeerStopException">There is none, or it is an alert.</exception>
    public async Task<TlsRecord> ReadRecordAsync()
    {
        while (true)
        {
            await FillAsync(_header).ConfigureAwait(false);
            RecordHeader header = Parsed(() => RecordHeader.Read(_header));
            Count(RecordHeader.Size + header.Length);
            byte[] body = new byte[header.Length];
            await FillAsync(body).ConfigureAwait(false);
            ContentType type = header.Type;
            if (type == ContentType.ChangeCipherSpec && SkipsChangeCipherSpec)
            {
                continue;
            }

            if (Opener is { } opener && (type != ContentType.ChangeCipherSpec || !SkipsChangeCipherSpec) && !(SkipsChangeCipherSpec && type == ContentType.Alert))
            {
                (type, body) = Parsed(() => opener.Open(header, body));
            }

            if (type == ContentType.Alert && body is [1, (byte)AlertDescription.UnrecognizedName])
            {
                // A warning of old servers, after which they go on.
                continue;
            }

            if (type == ContentType.Alert)
            {
                throw Stopped(body);
            }

            return new TlsRecord(type, header.Version, body);
        }
    }

    /// <summary>The next handshake message.</summary>
    /// <exception cref="PeerStopException">There is none.</exception>
    public async Task<HandshakeMessage> ReadMessageAsync()
    {
        while (true)
        {
            if (Parsed(_messages.Next) is { } message)
            {
                return message;
            }

            TlsRecord record = await ReadRecordAsync().ConfigureAwait(false);
            if (record.Type == ContentType.Heartbeat)
            {
                Heartbeats++;
                continue;
            }

            if (record.Type != ContentType.Handshake)
            {
                throw Malformed($"a record of type {(byte)record.Type} where a handshake message is due");
            }

            Parsed(() =>
            {
                _messages.Add(record.Body);
                return true;
            });
        }
    }

    /// <summary>Waits for the peer's change_cipher_spec (TLS 1.2 and older).</summary>
    /// <exception cref="PeerStopException">Something else came.</exception>
    public async Task ReadChangeCipherSpecAsync()
    {
        TlsRecord record = await ReadRecordAsync().ConfigureAwait(false);
        if (record.Type != ContentType.ChangeCipherSpec || record.Body is not [1] || !_messages.IsEmpty)
        {
            throw Malformed("something else where change_cipher_spec is due");
        }
    }

    /// <summary>Some bytes as they come, for protocols that are not in records; null at the end.</summary>
    public async Task<byte[]?> ReadRawAsync(int most)
    {
        byte[] buffer = new byte[most];
        int read = await Guarded(async token => await stream.ReadAsync(buffer, token).ConfigureAwait(false)).ConfigureAwait(false);
        Count(read);
        return read == 0 ? null : buffer[..read];
    }

    /// <summary>Reads exactly so many bytes.</summary>
    public Task FillAsync(byte[] buffer) => Guarded(async token =>
    {
        await stream.ReadExactlyAsync(buffer, token).ConfigureAwait(false);
        return true;
    });

    /// <summary>Turns what does not parse into an end of the connection.</summary>
    public static T Parsed<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (MalformedException wrong)
        {
            throw Malformed(wrong.Message);
        }
    }

    public static PeerStopException Malformed(string what) => new(StopKind.Malformed, what);

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync().ConfigureAwait(false);
        deadline.Dispose();
        released();
    }

    private static PeerStopException Stopped(byte[] body) => body.Length == 2
        ? new PeerStopException(StopKind.Alert, $"alert {(AlertDescription)body[1]} ({body[1]})", (AlertDescription)body[1])
        : Malformed($"an alert of {body.Length} bytes");

    private void Count(int bytes)
    {
        _bytes += bytes;
        if (++_records > MostRecords || _bytes > MostBytes)
        {
            throw Malformed($"more than {MostRecords} records or {MostBytes} bytes in one handshake");
        }
    }

    private async Task<T> Guarded<T>(Func<CancellationToken, Task<T>> act)
    {
        try
        {
            return await act(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new PeerStopException(StopKind.TimedOut, "no answer in time");
        }
        catch (EndOfStreamException)
        {
            throw new PeerStopException(StopKind.Closed, "the connection was closed");
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException)
        {
            throw new PeerStopException(StopKind.Closed, "the connection was reset");
        }
    }
}
