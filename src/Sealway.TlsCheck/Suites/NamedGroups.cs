namespace Sealway.TlsCheck.Suites;

/// <summary>Every group that the prober can name (IANA, TLS Supported Groups; RFC 8422, RFC 7919, RFC 8734).</summary>
internal static class NamedGroups
{
    public const ushort Secp256r1 = 23;
    public const ushort Secp384r1 = 24;
    public const ushort Secp521r1 = 25;
    public const ushort X25519 = 29;
    public const ushort X448 = 30;
    public const ushort Ffdhe2048 = 256;
    public const ushort X25519MlKem768 = 0x11EC;

    private static readonly Dictionary<ushort, NamedGroup> ById = List().ToDictionary(group => group.Id);

    /// <summary>All, the strongest of today first.</summary>
    public static IReadOnlyList<NamedGroup> All { get; } = [.. List()];

    public static NamedGroup Of(ushort id) => ById.GetValueOrDefault(id) ?? new NamedGroup(id, $"0x{id:X4}", 0, GroupKind.Elliptic);

    private static NamedGroup[] List() =>
    [
        new(X25519MlKem768, "X25519MLKEM768", 255, GroupKind.Hybrid),
        new(0x11EB, "SecP256r1MLKEM768", 256, GroupKind.Hybrid),
        new(0x11ED, "SecP384r1MLKEM1024", 384, GroupKind.Hybrid),
        new(0x6399, "X25519Kyber768Draft00", 255, GroupKind.Hybrid),
        new(0x0200, "MLKEM512", 512, GroupKind.Lattice),
        new(0x0201, "MLKEM768", 768, GroupKind.Lattice),
        new(0x0202, "MLKEM1024", 1024, GroupKind.Lattice),
        new(X25519, "x25519", 255, GroupKind.Elliptic),
        new(Secp256r1, "secp256r1", 256, GroupKind.Elliptic),
        new(Secp384r1, "secp384r1", 384, GroupKind.Elliptic),
        new(Secp521r1, "secp521r1", 521, GroupKind.Elliptic),
        new(X448, "x448", 448, GroupKind.Elliptic),
        new(Ffdhe2048, "ffdhe2048", 2048, GroupKind.FiniteField),
        new(257, "ffdhe3072", 3072, GroupKind.FiniteField),
        new(258, "ffdhe4096", 4096, GroupKind.FiniteField),
        new(259, "ffdhe6144", 6144, GroupKind.FiniteField),
        new(260, "ffdhe8192", 8192, GroupKind.FiniteField),
        new(26, "brainpoolP256r1", 256, GroupKind.Elliptic),
        new(27, "brainpoolP384r1", 384, GroupKind.Elliptic),
        new(28, "brainpoolP512r1", 512, GroupKind.Elliptic),
        new(31, "brainpoolP256r1tls13", 256, GroupKind.Elliptic),
        new(32, "brainpoolP384r1tls13", 384, GroupKind.Elliptic),
        new(33, "brainpoolP512r1tls13", 512, GroupKind.Elliptic),
        new(41, "curveSM2", 256, GroupKind.Elliptic),
        new(22, "secp256k1", 256, GroupKind.Elliptic),
        new(21, "secp224r1", 224, GroupKind.Elliptic),
        new(20, "secp224k1", 224, GroupKind.Elliptic),
        new(19, "secp192r1", 192, GroupKind.Elliptic),
        new(18, "secp192k1", 192, GroupKind.Elliptic),
        new(17, "secp160r2", 160, GroupKind.Elliptic),
        new(16, "secp160r1", 160, GroupKind.Elliptic),
        new(15, "secp160k1", 160, GroupKind.Elliptic),
        new(14, "sect571r1", 571, GroupKind.Elliptic),
        new(13, "sect571k1", 571, GroupKind.Elliptic),
        new(12, "sect409r1", 409, GroupKind.Elliptic),
        new(11, "sect409k1", 409, GroupKind.Elliptic),
        new(10, "sect283r1", 283, GroupKind.Elliptic),
        new(9, "sect283k1", 283, GroupKind.Elliptic),
        new(8, "sect239k1", 239, GroupKind.Elliptic),
        new(7, "sect233r1", 233, GroupKind.Elliptic),
        new(6, "sect233k1", 233, GroupKind.Elliptic),
        new(5, "sect193r2", 193, GroupKind.Elliptic),
        new(4, "sect193r1", 193, GroupKind.Elliptic),
        new(3, "sect163r2", 163, GroupKind.Elliptic),
        new(2, "sect163r1", 163, GroupKind.Elliptic),
        new(1, "sect163k1", 163, GroupKind.Elliptic),
    ];
}
