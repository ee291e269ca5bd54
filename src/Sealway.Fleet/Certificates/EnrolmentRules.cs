namespace Sealway.Fleet;

/// <summary>By what rules an <see cref="EnrolmentDesk"/> issues.</summary>
/// <param name="Validity">How long a certificate is valid: short, since parties renew by themselves.</param>
/// <param name="StaleAfter">How old the registry's latest status may be before nobody new is enrolled.</param>
public sealed record EnrolmentRules(TimeSpan Validity, TimeSpan StaleAfter)
{
    /// <summary>Thirty days.</summary>
    public static readonly TimeSpan DefaultValidity = TimeSpan.FromDays(30);

    /// <summary>Two days: a status is due daily.</summary>
    public static readonly TimeSpan DefaultStaleAfter = TimeSpan.FromDays(2);

    /// <summary>Thirty days, two days.</summary>
    public static EnrolmentRules Default { get; } = new(DefaultValidity, DefaultStaleAfter);
}
