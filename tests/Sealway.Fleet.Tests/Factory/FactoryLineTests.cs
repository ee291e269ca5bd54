namespace Sealway.Fleet.Tests.Factory;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Testing;

public sealed class FactoryLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FactoryAuthority _factory;

    public FactoryLineTests() => _factory = FactoryAuthority.Create("acme", _folder.File("acme"), default, new Clock());

    private string Made => _folder.File("made");

    public void Dispose()
    {
        _factory.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_device_is_made_once_and_a_repeated_run_makes_none_anew()
    {
        IReadOnlyList<FactoryOrder> orders = Orders("serial,role,name\nSN-1,sensor,monitor-1\nSN-2,gateway,ward-3\n");
        Assert.Equal(2, MakeAll(orders));
        byte[] list = File.ReadAllBytes(Path.Combine(Made, FactoryLine.ListFile));
        byte[] key = File.ReadAllBytes(Path.Combine(Made, "devices", "SN-1", "signing.key"));
        Assert.Equal(0, MakeAll(orders));
        Assert.Equal(list, File.ReadAllBytes(Path.Combine(Made, FactoryLine.ListFile)));
        Assert.Equal(key, File.ReadAllBytes(Path.Combine(Made, "devices", "SN-1", "signing.key")));

        IReadOnlyList<MadeDevice> made = MadeDevice.ReadList(Path.Combine(Made, FactoryLine.ListFile));
        Assert.Equal(["SN-1", "SN-2"], made.Select(device => device.Serial));
        Assert.Null(made[0].Agreement);
        Assert.NotNull(made[1].Agreement);
        Assert.Equal(5, made.SelectMany(device => new[] { device.Signing.Kid.ToString(), device.Agreement?.Kid.ToString(), device.Thumbprint }).OfType<string>().Distinct().Count());
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(made[0].Certificate.Span);
        Assert.Equal(new FactoryIdentity("acme", "SN-1", made[0].Signing.Kid), FactoryIdentity.Read("acme", certificate));
    }

    [Fact]
    public void What_a_power_cut_left_is_taken_up()
    {
        MakeAll(Orders("serial,role,name\nSN-1,sensor,monitor-1\nSN-2,sensor,monitor-2\n"));
        string list = Path.Combine(Made, FactoryLine.ListFile);
        string whole = File.ReadAllText(list);

        // The second device's line was cut short; a third was being made.
        File.WriteAllText(list, whole[..^20]);
        Directory.CreateDirectory(Path.Combine(Made, "devices", ".SN-3.0123abcd"));

        using (FactoryLine line = FactoryLine.Open(_factory, Made, _ => []))
        {
            Assert.Equal(2, line.Made.Count);
        }

        Assert.Equal(whole, File.ReadAllText(list));
        Assert.Equal(["SN-1", "SN-2"], Directory.EnumerateDirectories(Path.Combine(Made, "devices")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_device_makes_its_own_keys_and_proves_that_it_has_them()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        WriteRequest("1.csr", key);
        WriteRequest("1.signing.csr", signing);
        Assert.Equal(1, MakeAll(Orders("serial,role,name,csr,signing\nSN-1,sensor,monitor-1,1.csr,1.signing.csr\n")));
        MadeDevice made = Assert.Single(MadeDevice.ReadList(Path.Combine(Made, FactoryLine.ListFile)));
        Assert.Equal(Sealway.Messages.PublicKey.FromPem(signing.ExportSubjectPublicKeyInfoPem(), KeyUse.Sign).Kid, made.Signing.Kid);
        Assert.DoesNotContain(Directory.EnumerateFiles(Path.Combine(Made, "devices", "SN-1")), file => file.EndsWith(".key", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2.csr", "1.signing.csr")]
    [InlineData("1.csr", "2.signing.csr")]
    public void No_key_is_given_to_two_devices(string csr, string signing)
    {
        foreach (string name in new[] { "1.csr", "1.signing.csr", "2.csr", "2.signing.csr" })
        {
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            WriteRequest(name, key);
        }

        MakeAll(Orders("serial,role,name,csr,signing\nSN-1,sensor,monitor-1,1.csr,1.signing.csr\n"));

        // In a later run, as of a copied disk image.
        FleetFileException refused = Assert.Throws<FleetFileException>(() => MakeAll(Orders($"serial,role,name,csr,signing\nSN-2,sensor,monitor-2,{csr},{signing}\n")));
        Assert.Contains("SN-1", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Made, "devices", "SN-2")));
        Assert.Throws<FleetFileException>(() => MakeAll(Orders("serial,role,name,csr,signing\nSN-3,sensor,monitor-3,2.csr,2.csr\n")));
    }

    [Fact]
    public void A_serial_number_and_a_name_are_given_once()
    {
        MakeAll(Orders("serial,role,name\nSN-1,sensor,monitor-1\n"));
        Assert.Throws<FleetFileException>(() => MakeAll(Orders("serial,role,name\nSN-1,sensor,monitor-9\n")));
        Assert.Throws<FleetFileException>(() => MakeAll(Orders("serial,role,name\nsn-1,sensor,monitor-1\n")));
        Assert.Throws<FleetFileException>(() => MakeAll(Orders("serial,role,name\nSN-2,sensor,monitor-1\n")));
    }

    [Fact]
    public void Two_runs_do_not_use_one_folder()
    {
        using FactoryLine line = FactoryLine.Open(_factory, Made, _ => []);
        Assert.Throws<IOException>(() => FactoryLine.Open(_factory, Made, _ => []));
    }

    [Theory]
    [InlineData("serial,role\nSN-1,sensor\n", "columns")]
    [InlineData("serial,role,name,colour\n", "colour")]
    [InlineData("serial,role,name\n../x,sensor,a\n", "line 2")]
    [InlineData("serial,role,name\n.hidden,sensor,a\n", "line 2")]
    [InlineData("serial,role,name\nSN-1,authority,a\n", "authority")]
    [InlineData("serial,role,name\nSN-1,sensor,No Name\n", "No Name")]
    [InlineData("serial,role,name\nSN-1,sensor,a\nSN-1,sensor,b\n", "line 3")]
    [InlineData("serial,role,name\nSN-1,sensor,a\nSN-2,sensor,a\n", "line 3")]
    [InlineData("serial,role,name,hosts\nSN-1,sensor,a,ward.example\n", "hosts")]
    [InlineData("serial,role,name,csr,signing\nSN-1,sensor,a,missing.csr,missing.csr\n", "missing.csr")]
    [InlineData("serial,role,name\nSN-1,\"sensor,a\n", "line 2")]
    [InlineData("serial,role,name\nSN-1,sensor\n", "line 2")]
    public void A_wrong_list_is_told_before_anything_is_made(string list, string told) =>
        Assert.Contains(told, Assert.Throws<FleetFileException>(() => Orders(list)).Message, StringComparison.Ordinal);

    private IReadOnlyList<FactoryOrder> Orders(string list)
    {
        File.WriteAllText(_folder.File("list.csv"), list);
        return FactoryOrders.Read(_folder.File("list.csv"));
    }

    private int MakeAll(IReadOnlyList<FactoryOrder> orders)
    {
        using FactoryLine line = FactoryLine.Open(_factory, Made, _ => []);
        return orders.Count(order => line.Make(order, default));
    }

    private void WriteRequest(string name, ECDsa key) =>
        File.WriteAllText(_folder.File(name), new CertificateRequest("CN=device", key, HashAlgorithmName.SHA256).CreateSigningRequestPem());
}
