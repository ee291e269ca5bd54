namespace Sealway.Links.Tests;

/// <summary>What is wrong with a test's certificate.</summary>
public enum Flaw
{
    None,
    OtherAuthority,
    SelfSigned,
    Expired,
    NotYetValid,
    WrongName,
    WrongAddress,
    ServerOnly,
    ClientOnly,
    NoPurpose,
    NoKid,
    OddRole,
    OtherCurve,
}
