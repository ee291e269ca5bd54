namespace Sealway.Transport.Tests;

/// <summary>Who saw something.</summary>
[Flags]
internal enum Tools
{
    None = 0,
    Sealway = 1,
    TestSsl = 2,
    SslScan = 4,
    All = Sealway | TestSsl | SslScan,
}
