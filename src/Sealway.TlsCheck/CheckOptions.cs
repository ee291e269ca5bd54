namespace Sealway.TlsCheck;

using System.Security.Cryptography.X509Certificates;
using Sealway.TlsCheck.StartTls;

/// <summary>How to check.</summary>
internal sealed record CheckOptions
{
    /// <summary>The name to ask for and to find in the certificate; null: the host as given.</summary>
    public string? ServerName { get; init; }

    /// <summary>What to trust instead of the system's roots.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>A certificate with its private key, shown when the server asks for one; those that follow are its chain.</summary>
    public X509Certificate2Collection? ClientCertificate { get; init; }

    /// <summary>What is spoken before TLS.</summary>
    public StartTlsProtocol StartTls { get; init; }

    /// <summary>For each connection from dialling to its end.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For everything at one endpoint.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Connections open at the same time to one endpoint, 1 to 16.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Connections opened in a second at one endpoint, 1 to 1,000.</summary>
    public int Rate { get; init; } = 100;

    /// <summary>Connections in all at one endpoint.</summary>
    public int MostConnections { get; init; } = 1_000;

    /// <summary>What to look at.</summary>
    public CheckParts Parts { get; init; } = CheckParts.All;
}
