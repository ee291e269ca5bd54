namespace Sealway.TlsCheck.Handshakes;

using System.Text;
using Sealway.TlsCheck.Wire;

/// <summary>Writes ClientHellos (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2).</summary>
internal static class ClientHello
{
    // Some middle boxes hang on hellos of 256 to 511 bytes (RFC 7685).
    private const int PadFrom = 256;
    private const int PadTo = 512;

    /// <summary>The message for a plan. The binder of a pre-shared key is left zero.</summary>
    public static HandshakeMessage Write(HelloPlan plan)
    {
        bool bare = plan.Version <= ProtocolVersion.Ssl3;
        ushort legacy = (ushort)(plan.Version > ProtocolVersion.Tls12 ? ProtocolVersion.Tls12 : plan.Version);
        WireWriter body = new WireWriter()
            .Short(legacy)
            .Bytes(plan.Random)
            .Vector8(plan.SessionId)
            .Shorts16(plan.Suites)
            .Vector8(plan.Deflate ? [1, 0] : [0]);
        if (!bare)
        {
            byte[] extensions = Extensions(plan, 0);
            int length = HandshakeMessage.HeaderSize + body.ToArray().Length + 2 + extensions.Length;
            body.Vector16(length is >= PadFrom and < PadTo ? Extensions(plan, Math.Max(PadTo - length - 4, 1)) : extensions);
        }

        return HandshakeMessage.Of(HandshakeType.ClientHello, body.ToArray());
    }

    private static byte[] Extensions(HelloPlan plan, int padding)
    {
        WireWriter all = new();
        void Add(ushort type, byte[] body) => all.Short(type).Vector16(body);

        if (plan.ServerName is { } name)
        {
            Add(ExtensionType.ServerName, new WireWriter().Vector16(new WireWriter().Byte(0).Vector16(Encoding.ASCII.GetBytes(name)).ToArray()).ToArray());
        }

        if (plan.Renegotiation is { } renegotiation)
        {
            Add(ExtensionType.RenegotiationInfo, new WireWriter().Vector8(renegotiation).ToArray());
        }

        if (plan.Groups is { } groups)
        {
            Add(ExtensionType.SupportedGroups, new WireWriter().Shorts16(groups).ToArray());
            Add(ExtensionType.EcPointFormats, [1, 0]);
        }

        bool signs = plan.Version >= ProtocolVersion.Tls12 && plan.Signatures is not null;
        if (signs)
        {
            Add(ExtensionType.SignatureAlgorithms, new WireWriter().Shorts16(plan.Signatures!.ToArray()).ToArray());
        }

        if (plan.Alpn is { } protocols)
        {
            WireWriter names = new();
            foreach (string protocol in protocols)
            {
                names.Vector8(Encoding.ASCII.GetBytes(protocol));
            }

            Add(ExtensionType.Alpn, new WireWriter().Vector16(names.ToArray()).ToArray());
        }

        if (plan.StatusRequest)
        {
            Add(ExtensionType.StatusRequest, [1, 0, 0, 0, 0]);
        }

        if (plan.EncryptThenMac)
        {
            Add(ExtensionType.EncryptThenMac, []);
        }

        if (plan.ExtendedMasterSecret)
        {
            Add(ExtensionType.ExtendedMasterSecret, []);
        }

        if (plan.Ticket is { } ticket)
        {
            Add(ExtensionType.SessionTicket, ticket);
        }

        if (plan.Heartbeat)
        {
            Add(ExtensionType.Heartbeat, [1]);
        }

        if (plan.Version >= ProtocolVersion.Tls13)
        {
            AddTls13(plan, Add);
        }

        if (padding > 0)
        {
            Add(ExtensionType.Padding, new byte[padding]);
        }

        if (plan.PreSharedKey is { } key)
        {
            // Must be the last of all (RFC 8446 section 4.2.11).
            byte[] identities = new WireWriter().Vector16(key.Identity).Word(key.Age).ToArray();
            byte[] binders = new WireWriter().Vector8(new byte[key.BinderLength]).ToArray();
            Add(ExtensionType.PreSharedKey, new WireWriter().Vector16(identities).Vector16(binders).ToArray());
        }

        return all.ToArray();
    }

    private static void AddTls13(HelloPlan plan, Action<ushort, byte[]> add)
    {
        WireWriter versions = new();
        foreach (ushort version in plan.SupportedVersions ?? [(ushort)plan.Version])
        {
            versions.Short(version);
        }

        add(ExtensionType.SupportedVersions, new WireWriter().Vector8(versions.ToArray()).ToArray());
        add(ExtensionType.PskKeyExchangeModes, [1, 1]);
        WireWriter shares = new();
        foreach ((ushort group, byte[] share) in plan.KeyShares)
        {
            shares.Short(group).Vector16(share);
        }

        add(ExtensionType.KeyShare, new WireWriter().Vector16(shares.ToArray()).ToArray());
        if (plan.Cookie is { } cookie)
        {
            add(ExtensionType.Cookie, new WireWriter().Vector16(cookie).ToArray());
        }
    }
}
