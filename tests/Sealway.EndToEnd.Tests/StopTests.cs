namespace Sealway.EndToEnd.Tests;

using System.Net;
using System.Text.Json.Nodes;
using Sealway.Fleet;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

public sealed class StopTests
{
    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_role_that_is_told_to_stop_ends_cleanly(string signal)
    {
        using TemporaryFolder folder = new();
        Authority authority = await Authority.InitAsync("hospital", folder.File("fleet"), default, TimeProvider.System, TestContext.Current.CancellationToken);
        await using (authority)
        {
            await authority.EnrolAsync(new NewParty(Role.Cloud, "cloud", Addresses: [IPAddress.Loopback]), folder.File("cloud"), default, TestContext.Current.CancellationToken);
        }

        await using RunningPart cloud = RunningPart.Start("cloud", folder.Path, new JsonObject
        {
            ["fleets"] = new JsonArray(new JsonObject { ["identity"] = "cloud", ["data"] = "cloud-data", ["mqtt"] = "127.0.0.1:0", ["https"] = "127.0.0.1:0" }),
        });
        await cloud.Until("its health", _ => true);

        await cloud.Stop(signal);
    }
}
