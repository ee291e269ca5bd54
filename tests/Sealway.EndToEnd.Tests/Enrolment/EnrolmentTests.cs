namespace Sealway.EndToEnd.Tests.Enrolment;

using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Sealway.Fleet;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

public sealed partial class EnrolmentTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Curl_and_openssl_alone_enrol_renew_and_connect_as_the_document_says()
    {
        await using RunningFleet fleet = await RunningFleet.StartAsync();
        string other = Path.Combine(fleet.Folder, "other");
        Directory.CreateDirectory(other);
        foreach (string file in new[] { "factory.crt", "factory.key" })
        {
            File.Copy(Path.Combine(fleet.Device, file), Path.Combine(other, file));
        }

        File.Copy(Path.Combine(fleet.Folder, "fleet", "ca.crt"), Path.Combine(other, "ca.crt"));
        string document = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "transport-enrolment.md"), Ct);
        string script = Script().Match(document).Groups["script"].Value;
        Assert.Contains("simplereenroll", script, StringComparison.Ordinal);

        ProcessRun run = await ProcessRun.Of("bash", ["-c", "set -o pipefail; " + script], other, environment: new Dictionary<string, string> { ["SERVER"] = fleet.Address }, cancellation: Ct);

        Assert.True(run.Code == 0, run.Output + run.Error);
        Assert.Contains("prime256v1", run.Output, StringComparison.Ordinal);
        Assert.Contains("connected with the renewed certificate: 200", run.Output, StringComparison.Ordinal);
        using X509Certificate2 ca = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(Path.Combine(other, "cacerts.pem"), Ct));
        using X509Certificate2 ours = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(Path.Combine(other, "ca.crt"), Ct));
        Assert.Equal(ours.RawData, ca.RawData);
        using X509Certificate2 first = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(Path.Combine(other, "tls.crt"), Ct));
        using X509Certificate2 next = X509Certificate2.CreateFromPemFile(Path.Combine(other, "next.crt"), Path.Combine(other, "next.key"));
        Assert.Equal("CN=device-1", next.Subject);
        Assert.Equal(first.Extensions.Single(one => one.Oid!.Value == "2.5.29.17").RawData, next.Extensions.Single(one => one.Oid!.Value == "2.5.29.17").RawData);
        Assert.NotEqual(first.GetPublicKey(), next.GetPublicKey());
        await fleet.Stop();
    }

    [Fact]
    public async Task A_device_enrols_and_renews_by_command_and_a_revoked_one_gets_nothing()
    {
        await using RunningFleet fleet = await RunningFleet.StartAsync(Role.Gateway);
        string[] enrol = ["enrol", fleet.Device, "--server", fleet.Address, "--ca", "fleet/ca.crt", "--authority", "fleet/authority.pub"];
        Assert.Contains("enrolled as Gateway device-1", await RunningFleet.Run(fleet.Folder, enrol), StringComparison.Ordinal);
        using (Identity first = Identity.Load(fleet.Device))
        {
            Assert.Equal((Role.Gateway, "device-1", "hospital"), (first.Role, first.Name, first.Fleet));
            Assert.NotNull(first.Agreement);
            await RunningFleet.Run(fleet.Folder, "renew", fleet.Device, "--server", fleet.Address);
            using Identity renewed = Identity.Load(fleet.Device);
            Assert.NotEqual(first.Certificate.GetPublicKey(), renewed.Certificate.GetPublicKey());
            Assert.True(renewed.Certificate.MatchesHostname("localhost"));
        }

        await RunningFleet.Run(fleet.Folder, "fleet", "revoke", "device-1", "--reason", "stolen", "--fleet", "fleet");
        byte[] before = await File.ReadAllBytesAsync(Path.Combine(fleet.Device, "tls.crt"), Ct);
        foreach (string[] call in new[] { ["renew", fleet.Device, "--server", fleet.Address], enrol })
        {
            ProcessRun refused = await RunningFleet.Try(fleet.Folder, call);
            Assert.Equal(1, refused.Code);

            // On the connection, or by the desk that reads the registry once more.
            Assert.Matches("Revoked|RefusedByPeer", refused.Error);
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(fleet.Device, "tls.crt"), Ct));
        await fleet.Stop();
    }

    [GeneratedRegex("```bash\\n(?<script>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Script();
}
