namespace Sealway.Links.Tests;

using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Messages;
using Xunit;

public sealed class TlsIdentitySourceTests : IDisposable
{
    private readonly TestFleet _fleet = new();
    private readonly TestFleet _next = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("sealway-links-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task New_handshakes_use_the_replaced_certificate_and_links_that_stand_go_on()
    {
        using X509Certificate2 first = _fleet.Certificate("ward", Role.Gateway);
        using X509Certificate2 second = _fleet.Certificate("ward", Role.Gateway);
        Write(first, _fleet);
        using TlsIdentitySource source = TlsIdentitySource.FromFolder(_folder);
        int changes = 0;
        source.Changed += () => changes++;
        TlsPolicy ward = new(source, TestFleet.LetIn);
        await using Pair standing = await ConnectAsync(ward);
        Assert.Equal(first.Thumbprint, standing.Shown);
        Assert.False(source.Reload());

        Write(second, _fleet);
        Assert.True(source.Reload());
        Assert.False(source.Reload());
        Assert.Equal(1, changes);
        await using Pair later = await ConnectAsync(ward);
        Assert.Equal(second.Thumbprint, later.Shown);
        await standing.EchoAsync();
        await later.EchoAsync();
    }

    [Fact]
    public void A_replacement_that_does_not_do_is_refused_and_the_old_identity_stays()
    {
        Write(_fleet.Certificate("ward", Role.Gateway), _fleet);
        using TlsIdentitySource source = TlsIdentitySource.FromFolder(_folder);
        TlsIdentity old = source.Current;
        (LinkRefusal Reason, Action Damage)[] damages =
        [
            (LinkRefusal.WrongName, () => Write(_fleet.Certificate("other", Role.Gateway), _fleet)),
            (LinkRefusal.WrongName, () => Write(_fleet.Certificate("ward", Role.Cloud), _fleet)),
            (LinkRefusal.Expired, () => Write(_fleet.Certificate("ward", Role.Gateway, Flaw.Expired), _fleet)),
            (LinkRefusal.NotYetValid, () => Write(_fleet.Certificate("ward", Role.Gateway, Flaw.NotYetValid), _fleet)),
            (LinkRefusal.Untrusted, () => Write(_fleet.Certificate("ward", Role.Gateway), _next)),
            (LinkRefusal.NotSealway, () => Write(_fleet.Certificate("ward", Role.Gateway, Flaw.NoKid), _fleet)),
            (LinkRefusal.NoCertificate, () => File.WriteAllText(Path.Combine(_folder, "tls.crt"), _fleet.Certificate("ward", Role.Gateway).ExportCertificatePem())),
            (LinkRefusal.NoCertificate, () => File.WriteAllText(Path.Combine(_folder, "ca.crt"), "")),
            (LinkRefusal.NoCertificate, () => File.Delete(Path.Combine(_folder, "tls.crt"))),
        ];
        foreach ((LinkRefusal reason, Action damage) in damages)
        {
            damage();
            LinkException refused = Assert.Throws<LinkException>(() => source.Reload());
            Assert.Equal(reason, refused.Reason);
            Assert.Same(old, source.Current);
        }

        // Mended, it is taken.
        Write(_fleet.Certificate("ward", Role.Gateway), _fleet);
        Assert.True(source.Reload());
        Assert.NotSame(old, source.Current);
    }

    [Fact]
    public async Task While_the_authority_changes_parties_of_the_old_and_of_the_new_one_meet()
    {
        Write(_fleet.Certificate("ward", Role.Gateway), _fleet, _next);
        using TlsIdentitySource ward = TlsIdentitySource.FromFolder(_folder);
        TlsPolicy server = new(ward, TestFleet.LetIn);
        foreach (TestFleet fleet in (TestFleet[])[_fleet, _next])
        {
            using TlsIdentity sensor = TlsIdentity.From(fleet.Certificate("bed", Role.Sensor), [Copy(_fleet), Copy(_next)]);
            await using Pair pair = await ConnectAsync(server, new TlsPolicy(sensor, TestFleet.LetIn));
            await pair.EchoAsync();
        }

        // The old authority's time is over.
        Write(_next.Certificate("ward", Role.Gateway), _next);
        Assert.True(ward.Reload());
        using TlsIdentity late = TlsIdentity.From(_fleet.Certificate("bed", Role.Sensor), [Copy(_fleet), Copy(_next)]);
        LinkException refused = await Assert.ThrowsAsync<LinkException>(() => ConnectAsync(server, new TlsPolicy(late, TestFleet.LetIn)));
        Assert.Equal(LinkRefusal.Untrusted, refused.Reason);
    }

    public void Dispose()
    {
        _fleet.Dispose();
        _next.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static X509Certificate2 Copy(TestFleet fleet) => X509CertificateLoader.LoadCertificate(fleet.Authority.RawData);

    private void Write(X509Certificate2 certificate, params TestFleet[] authorities)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(Path.Combine(_folder, "tls.key"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(_folder, "tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "ca.crt"), string.Join('\n', authorities.Select(a => a.Authority.ExportCertificatePem())));
    }

    private async Task<Pair> ConnectAsync(TlsPolicy server, TlsPolicy? client = null)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Socket near = new(SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync(listener.LocalEndpoint, Stop);
        Socket far = await listener.AcceptSocketAsync(Stop);
        client ??= _fleet.Policy("bed", Role.Sensor);
        Task<TlsConnection> accepting = server.AcceptAsync(new NetworkStream(far, ownsSocket: true), Stop);
        Task<TlsConnection> connecting = client.ConnectAsync(new NetworkStream(near, ownsSocket: true), "localhost", new PeerExpectation("ward", Role.Gateway), Stop);
        return new Pair(await accepting, await connecting);
    }

    private sealed class Pair(TlsConnection server, TlsConnection client) : IAsyncDisposable
    {
        internal string Shown => ((X509Certificate2)client.Stream.RemoteCertificate!).Thumbprint;

        internal async Task EchoAsync()
        {
            byte[] sent = RandomNumberGenerator.GetBytes(32);
            byte[] heard = new byte[sent.Length];
            await client.Stream.WriteAsync(sent, Stop);
            await server.Stream.ReadExactlyAsync(heard, Stop);
            Assert.Equal(sent, heard);
        }

        public async ValueTask DisposeAsync()
        {
            await server.Stream.DisposeAsync();
            await client.Stream.DisposeAsync();
        }
    }
}
