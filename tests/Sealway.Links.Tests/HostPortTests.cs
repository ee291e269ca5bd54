namespace Sealway.Links.Tests;

using Xunit;

public sealed class HostPortTests
{
    [Theory]
    [InlineData("cloud.example:8883", "cloud.example", 8883)]
    [InlineData("127.0.0.1:0", "127.0.0.1", 0)]
    [InlineData("[::1]:65535", "::1", 65535)]
    public void An_address_reads_and_writes_the_same(string text, string host, int port)
    {
        Assert.True(HostPort.TryParse(text, out HostPort address));
        Assert.Equal(new HostPort(host, port), address);
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("cloud")]
    [InlineData(":1")]
    [InlineData("cloud:")]
    [InlineData("cloud:65536")]
    [InlineData("cloud:-1")]
    [InlineData("cloud: 1")]
    [InlineData("::1:8883")]
    [InlineData("[cloud]:1")]
    [InlineData("[127.0.0.1]:1")]
    [InlineData("a b:1")]
    [InlineData("https://cloud:1")]
    public void What_is_not_host_and_port_is_refused(string? text) => Assert.False(HostPort.TryParse(text, out _));

    [Fact]
    public void A_name_is_nothing_to_listen_on() => Assert.Equal(LinkRefusal.Unreachable, Assert.Throws<LinkException>(() => HostPort.Parse("cloud:1").ToListen()).Reason);
}
