namespace Sealway.Cli.Tests.Roles;

using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Cli.Hosting;
using Sealway.Cli.Roles;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

public sealed class TlsSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_profile_is_chosen_by_name_and_modern_where_none_is()
    {
        Assert.Same(TlsProfile.Modern, Read("{}"));
        Assert.Same(TlsProfile.Intermediate, Read("""{ "tls": { "profile": "intermediate" } }"""));
        TlsProfile chosen = Read("""{ "tls": { "profile": "intermediate", "suites": ["TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"] } }""");
        Assert.Equal(["TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"], chosen.Suites);
    }

    [Theory]
    [InlineData("""{ "tls": { "profile": "old" } }""", "tls.profile", "nothing lower can be set")]
    [InlineData("""{ "tls": { "profile": "intermediate", "suites": ["TLS_RSA_WITH_AES_128_CBC_SHA"] } }""", "tls.suites", "is not a suite of the TLS profile intermediate")]
    [InlineData("""{ "tls": { "suites": ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"] } }""", "tls.suites", "is not a suite of the TLS profile modern")]
    public void What_is_lower_is_refused_with_its_place_and_what_to_write(string json, string place, string says)
    {
        SettingsException wrong = Assert.Throws<SettingsException>(() => Read(json));
        Assert.Contains(place, wrong.Describe(), StringComparison.Ordinal);
        Assert.Contains(says, wrong.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_takes_a_replaced_certificate_and_says_what_is_wrong_with_one_it_does_not_take()
    {
        await using Authority authority = await Authority.InitAsync("st-anna", _folder.File("fleet"), default, TimeProvider.System, Stop);
        await authority.EnrolAsync(new NewParty(Role.Gateway, "ward-3"), _folder.File("ward"), ct: Stop);
        await authority.EnrolAsync(new NewParty(Role.Gateway, "other"), _folder.File("other"), ct: Stop);
        RoleContext context = new("gateway", NullLoggerFactory.Instance, TimeProvider.System);
        using TlsIdentitySource source = context.Refresh(new IdentitySettings(_folder.File("ward"), null).LoadTls(TimeProvider.System));
        TlsIdentity first = source.Current;
        context.LookForReplacedIdentities();
        Assert.Same(first, source.Current);
        string[] files = ["tls.key", "tls.crt"];
        string[] own = [.. files.Select(file => File.ReadAllText(Path.Combine(_folder.File("ward"), file)))];
        foreach (string file in files)
        {
            File.Copy(Path.Combine(_folder.File("other"), file), Path.Combine(_folder.File("ward"), file), overwrite: true);
        }

        context.LookForReplacedIdentities();
        Assert.Same(first, source.Current);
        Assert.Contains("WrongName", (string)Certificate(context)["trouble"], StringComparison.Ordinal);

        // A line more changes the file and not what it says.
        File.WriteAllText(Path.Combine(_folder.File("ward"), files[0]), own[0]);
        File.WriteAllText(Path.Combine(_folder.File("ward"), files[1]), own[1] + "\n");
        context.LookForReplacedIdentities();
        Assert.NotSame(first, source.Current);
        Assert.Equal(1, Certificate(context)["replaced"]);
        Assert.False(Certificate(context).ContainsKey("trouble"));
    }

    public void Dispose() => _folder.Dispose();

    private static Dictionary<string, object> Certificate(RoleContext context) => (Dictionary<string, object>)context.Report().Values["certificate"];

    private TlsProfile Read(string json)
    {
        string file = _folder.File("role.json");
        File.WriteAllText(file, json);
        return Settings.Load(file, settings => TlsSettings.Parse(settings, "tls"));
    }
}
