namespace Sealway.TlsCheck.Reports;

using System.Text.Json;
using System.Text.Json.Serialization;

/// <summary>What machines read: every endpoint, and the profile that decides.</summary>
/// <param name="Format">The version of this shape.</param>
/// <param name="Profile">What the exit code measures by.</param>
/// <param name="Endpoints">In the order in which they were asked for.</param>
internal sealed record CheckReport(int Format, Profile Profile, IReadOnlyList<EndpointReport> Endpoints)
{
    /// <summary>The shape of today.</summary>
    public const int Current = 1;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>The exit code: 0 meets the profile, 1 findings, 3 not reachable or not TLS.</summary>
    public int ExitCode() =>
        Endpoints.Any(endpoint => endpoint.Outcome is Outcome.Unreachable or Outcome.NotTls) ? 3
        : Endpoints.All(endpoint => endpoint.Profiles.Any(profile => profile.Name == Profile && profile.Meets)) ? 0
        : 1;
}
