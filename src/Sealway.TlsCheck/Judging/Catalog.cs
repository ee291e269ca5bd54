namespace Sealway.TlsCheck.Judging;

using Sealway.TlsCheck.Reports;

/// <summary>Makes findings.</summary>
internal static class Catalog
{
    public static readonly IReadOnlyList<Profile> None = [];
    public static readonly IReadOnlyList<Profile> Both = [Profile.Modern, Profile.Intermediate];
    public static readonly IReadOnlyList<Profile> OnlyModern = [Profile.Modern];

    public static Finding Make(string id, Severity severity, string title, string detail, string why, string mend, IReadOnlyList<Profile> fails) =>
        new(id, severity, title, detail, why, mend, fails);
}
