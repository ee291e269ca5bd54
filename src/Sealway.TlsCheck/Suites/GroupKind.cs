namespace Sealway.TlsCheck.Suites;

/// <summary>What a group is built on.</summary>
internal enum GroupKind
{
    Elliptic,
    FiniteField,
    Hybrid,
    Lattice,
}
