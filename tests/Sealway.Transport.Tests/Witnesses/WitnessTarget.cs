namespace Sealway.Transport.Tests;

using System.Globalization;

/// <summary>An endpoint that is looked at, on 127.0.0.1.</summary>
/// <param name="Name">A name for file names and messages.</param>
/// <param name="Port">The port.</param>
/// <param name="AuthorityFile">Authorities beyond the system's, in PEM.</param>
/// <param name="StartTls">What is spoken before TLS; null: nothing.</param>
internal sealed record WitnessTarget(string Name, int Port, string AuthorityFile, StartTls? StartTls = null)
{
    /// <summary>As the tools want it.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");
}
