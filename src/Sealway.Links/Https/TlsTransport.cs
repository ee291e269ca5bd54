namespace Sealway.Links;

using System.IO.Pipelines;
using System.Net.Security;

/// <summary>What the web server reads and writes instead of the connection's own bytes, once there is TLS over them.</summary>
/// <param name="tls">The encrypted stream.</param>
internal sealed class TlsTransport(SslStream tls) : IDuplexPipe
{
    // As large as a TLS record, so that one read takes one.
    private const int Record = 16_384;

    public PipeReader Input { get; } = PipeReader.Create(tls, new StreamPipeReaderOptions(bufferSize: Record, leaveOpen: true));

    public PipeWriter Output { get; } = PipeWriter.Create(tls, new StreamPipeWriterOptions(leaveOpen: true));
}
