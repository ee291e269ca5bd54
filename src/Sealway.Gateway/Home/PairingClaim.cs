namespace Sealway.Gateway;

/// <summary>What becomes of an attempt to use a pairing code.</summary>
internal enum PairingClaim
{
    /// <summary>The code is over: used, void or too old.</summary>
    Over = 0,

    /// <summary>Not this code's secret.</summary>
    Wrong = 1,

    /// <summary>The code is this app's; nobody else can use it any more.</summary>
    Taken = 2,
}
