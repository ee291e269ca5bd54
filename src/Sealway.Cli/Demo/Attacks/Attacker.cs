namespace Sealway.Cli.Demo.Attacks;

/// <summary>Whose hand an attack is, in the order in which a message meets them.</summary>
internal enum Attacker
{
    /// <summary>Somebody on the wire or the air between a sensor and its gateway, or with a device of their own.</summary>
    OnTheAir,

    /// <summary>Whoever has a gateway's keys and disk.</summary>
    Gateway,

    /// <summary>Whoever operates the cloud: its keys, its database, its process.</summary>
    CloudOperator,

    /// <summary>Members of a home, removed ones, revoked parties, and strangers with something stolen.</summary>
    MemberOrStranger,
}
