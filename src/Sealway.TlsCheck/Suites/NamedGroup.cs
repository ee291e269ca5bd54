namespace Sealway.TlsCheck.Suites;

/// <summary>A group for the exchange of keys (IANA, TLS Supported Groups).</summary>
/// <param name="Id">Its number on the wire.</param>
/// <param name="Name">Its name in the registry.</param>
/// <param name="Bits">The size of the field or the prime in bits; for hybrids that of the elliptic curve.</param>
/// <param name="Kind">What it is built on.</param>
internal sealed record NamedGroup(ushort Id, string Name, int Bits, GroupKind Kind)
{
    /// <summary>Strength of about 112 bits and more.</summary>
    public bool Strong => Kind == GroupKind.FiniteField ? Bits >= 2048 : Bits >= 224;

    /// <summary>Whether only TLS 1.3 has it.</summary>
    public bool OnlyTls13 => Kind == GroupKind.Hybrid || Id is >= 31 and <= 33 || Kind == GroupKind.Lattice;
}
