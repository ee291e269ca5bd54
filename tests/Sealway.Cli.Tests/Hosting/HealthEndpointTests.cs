namespace Sealway.Cli.Tests.Hosting;

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Sealway.Cli.Hosting;
using Xunit;

public sealed class HealthEndpointTests
{
    private static readonly Dictionary<string, object> Values = new()
    {
        ["readingsLogged"] = 12L,
        ["lag"] = TimeSpan.FromMilliseconds(250),
        ["connected"] = true,
        ["state"] = "following",
        ["refused"] = new Dictionary<string, int> { ["unknown-key"] = 2, ["odd\"\n"] = 1 },
        ["log"] = new Dictionary<string, object> { ["name"] = "ward/0", ["size"] = ulong.MaxValue },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_is_json_and_says_200_or_503()
    {
        bool healthy = true;
        await using HealthEndpoint endpoint = await Start(() => new(healthy, Values));
        using HttpClient client = new() { BaseAddress = endpoint.Address };

        using HttpResponseMessage well = await client.GetAsync(new Uri("health", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.OK, well.StatusCode);
        Assert.Equal("application/json", well.Content.Headers.ContentType!.MediaType);
        JsonElement json = JsonElement.Parse(await well.Content.ReadAsStringAsync(Cancellation));
        Assert.True(json.GetProperty("healthy").GetBoolean());
        Assert.Equal("gateway", json.GetProperty("role").GetString());
        Assert.Equal(12, json.GetProperty("readingsLogged").GetInt32());
        Assert.Equal(0.25, json.GetProperty("lag").GetDouble());
        Assert.Equal(2, json.GetProperty("refused").GetProperty("unknown-key").GetInt32());
        Assert.Equal(ulong.MaxValue, json.GetProperty("log").GetProperty("size").GetUInt64());

        healthy = false;
        using HttpResponseMessage ill = await client.GetAsync(new Uri("health", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ill.StatusCode);
    }

    [Fact]
    public async Task Metrics_are_the_numbers_in_prometheus_text()
    {
        await using HealthEndpoint endpoint = await Start(() => new(true, Values));
        using HttpClient client = new() { BaseAddress = endpoint.Address };
        Assert.Equal(
            """
            sealway_healthy{role="gateway"} 1
            sealway_readings_logged{role="gateway"} 12
            sealway_lag{role="gateway"} 0.25
            sealway_connected{role="gateway"} 1
            sealway_refused{role="gateway",of="unknown-key"} 2
            sealway_refused{role="gateway",of="odd\"\n"} 1
            sealway_log{role="gateway",of="size"} 1.8446744073709552E+19

            """,
            await client.GetStringAsync(new Uri("metrics", UriKind.Relative), Cancellation));
    }

    [Fact]
    public async Task Every_section_counts_refusals_under_the_one_name()
    {
        Dictionary<string, object> section = new() { ["healthy"] = true, ["received"] = 3UL, ["refusedBy"] = new OrderedDictionary<string, object> { ["Revoked"] = 2UL } };
        await using HealthEndpoint endpoint = await Start(() => new(true, new OrderedDictionary<string, object> { ["fleets"] = 1, ["st-anna"] = section }));
        using HttpClient client = new() { BaseAddress = endpoint.Address };
        Assert.Equal(
            """
            sealway_healthy{role="gateway"} 1
            sealway_fleets{role="gateway"} 1
            sealway_healthy{role="gateway",section="st-anna"} 1
            sealway_received{role="gateway",section="st-anna"} 3
            sealway_refused_by{role="gateway",section="st-anna",of="Revoked"} 2

            """,
            await client.GetStringAsync(new Uri("metrics", UriKind.Relative), Cancellation));
    }

    [Fact]
    public async Task Other_paths_methods_and_host_names_are_refused()
    {
        await using HealthEndpoint endpoint = await Start(() => new(true, Values));
        using HttpClient client = new() { BaseAddress = endpoint.Address };
        using HttpResponseMessage elsewhere = await client.GetAsync(new Uri("", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        using HttpResponseMessage deleted = await client.DeleteAsync(new Uri("health", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, deleted.StatusCode);

        using HttpRequestMessage rebound = new(HttpMethod.Get, new Uri("health", UriKind.Relative)) { Headers = { Host = "attacker.example" } };
        using HttpResponseMessage misdirected = await client.SendAsync(rebound, Cancellation);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, misdirected.StatusCode);
        Assert.Empty(await misdirected.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task A_role_that_cannot_say_how_it_is_is_not_well()
    {
        await using HealthEndpoint endpoint = await Start(() => throw new InvalidOperationException("inner secret"));
        using HttpClient client = new() { BaseAddress = endpoint.Address };
        using HttpResponseMessage answer = await client.GetAsync(new Uri("health", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.DoesNotContain("inner secret", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_request_do_not_stop_it()
    {
        await using HealthEndpoint endpoint = await Start(() => new(true, Values));
        using (TcpClient raw = new())
        {
            await raw.ConnectAsync(IPAddress.Loopback, endpoint.Address.Port, Cancellation);
            await raw.GetStream().WriteAsync(Encoding.ASCII.GetBytes("\0\u0016\u0003 nonsense\r\n\r\n"), Cancellation);
            using MemoryStream rest = new();
            await raw.GetStream().CopyToAsync(rest, Cancellation);
        }

        using HttpClient client = new() { BaseAddress = endpoint.Address };
        using HttpResponseMessage answer = await client.GetAsync(new Uri("health", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task The_port_stands_in_its_file_as_long_as_the_endpoint_is_there()
    {
        string folder = Directory.CreateTempSubdirectory("sealway").FullName;
        try
        {
            string file = Path.Combine(folder, "port");
            HealthEndpoint endpoint = await Start(() => new(true, Values), file);
            Assert.Equal(endpoint.Address.Port.ToString(CultureInfo.InvariantCulture) + "\n", await File.ReadAllTextAsync(file, Cancellation));
            Assert.Equal([file], Directory.GetFiles(folder));
            await endpoint.DisposeAsync();
            Assert.Empty(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_the_users_error()
    {
        await using HealthEndpoint first = await Start(() => new(true, Values));
        UserError error = await Assert.ThrowsAsync<UserError>(() =>
            HealthEndpoint.Start("gateway", first.Address.Port, null, () => HealthReport.Starting, NullLoggerFactory.Instance, Cancellation));
        Assert.Contains($"port {first.Address.Port}", error.Describe(), StringComparison.Ordinal);
        Assert.Contains("choose another port", error.Describe(), StringComparison.Ordinal);
    }

    private static Task<HealthEndpoint> Start(Func<HealthReport> report, string? portFile = null) =>
        HealthEndpoint.Start("gateway", 0, portFile, report, NullLoggerFactory.Instance, Cancellation);
}
