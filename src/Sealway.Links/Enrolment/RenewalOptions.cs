namespace Sealway.Links;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

/// <summary>Settings of a <see cref="CertificateRenewal"/>.</summary>
public sealed record RenewalOptions
{
    /// <summary>The party's folder, whose <c>tls.key</c> and <c>tls.crt</c> are replaced.</summary>
    public required string Folder { get; init; }

    /// <summary>Where the authority's EST server listens.</summary>
    public required HostPort Server { get; init; }

    /// <summary>The fleet's name, which the server's certificate bears; null: any of this authority.</summary>
    public string? Fleet { get; init; }

    /// <summary>Gives what locks the private keys, empty where they are not locked; asked at each renewal, and erased after it.</summary>
    public Func<char[]> Passphrase { get; init; } = () => [];

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where renewals and their troubles are logged.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
