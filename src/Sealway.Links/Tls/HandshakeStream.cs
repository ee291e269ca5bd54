namespace Sealway.Links;

/// <summary>
/// The bytes below TLS, counted while the handshake lasts: a peer that never comes to an end of it is cut off. Nothing is counted afterwards; there the
/// protocol above has bounds of its own.
/// </summary>
/// <param name="inner">The connection; owned.</param>
internal sealed class HandshakeStream(Stream inner) : Stream
{
    private long _left = LinkLimits.HandshakeBytes;
    private volatile bool _done;

    /// <summary>Whether the peer sent more than a handshake may have.</summary>
    internal bool Exceeded { get; private set; }

    /// <summary>Whether the peer sent anything at all.</summary>
    internal bool Heard { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The handshake is over.</summary>
    internal void Done() => _done = true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        return Count(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

    private int Count(int read)
    {
        if (!_done)
        {
            Heard |= read > 0;
            _left -= read;
            if (_left < 0)
            {
                Exceeded = true;
                throw new IOException("the TLS handshake does not end");
            }
        }

        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
