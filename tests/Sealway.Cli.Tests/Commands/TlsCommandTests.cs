namespace Sealway.Cli.Tests.Commands;

using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Sealway.Testing;
using Xunit;

public sealed class TlsCommandTests
{
    [Theory]
    [InlineData("tls", "check")]
    [InlineData("tls", "check", "host:0")]
    [InlineData("tls", "check", "host", "--profile", "old")]
    [InlineData("tls", "check", "host", "--starttls", "none")]
    [InlineData("tls", "check", "host", "--timeout", "0")]
    [InlineData("tls", "check", "host", "--only", "everything")]
    [InlineData("tls", "check", "host", "--key", "client.key")]
    public async Task A_wrong_call_is_told_and_nothing_is_done(params string[] arguments)
    {
        ProcessRun run = await Terminal.Run(arguments);
        Assert.Equal(2, run.Code);
        Assert.NotEmpty(run.Error);
    }

    [Fact]
    public async Task A_port_where_nothing_listens_ends_with_3_and_only_json_on_standard_output()
    {
        int port;
        using (TcpListener gone = new(IPAddress.Loopback, 0))
        {
            gone.Start();
            port = ((IPEndPoint)gone.LocalEndpoint).Port;
        }

        ProcessRun run = await Terminal.Run("tls", "check", $"127.0.0.1:{port}", "--json", "-");
        Assert.Equal(3, run.Code);
        using JsonDocument report = JsonDocument.Parse(run.Output);
        JsonElement endpoint = report.RootElement.GetProperty("endpoints")[0];
        Assert.Equal((1, "intermediate", "unreachable"), (report.RootElement.GetProperty("format").GetInt32(), report.RootElement.GetProperty("profile").GetString(), endpoint.GetProperty("outcome").GetString()));
    }
}
