namespace Sealway.TlsCheck;

/// <summary>What a check looks at. Versions are always told, as everything else depends on them.</summary>
[Flags]
internal enum CheckParts
{
    Versions = 0,
    Suites = 1,
    Groups = 2,
    Certificate = 4,
    Features = 8,
    Holes = 16,
    All = Suites | Groups | Certificate | Features | Holes,
}
