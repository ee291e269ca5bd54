namespace Sealway.Wireshark.Tests;

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sealway.Testing;
using Xunit;

/// <summary>One run of the demo with a key log, and the recording of everything that passed on loopback meanwhile.</summary>
public sealed class CapturedDemo : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Everything on loopback.</summary>
    public string Capture => _folder.File("loopback.pcapng");

    /// <summary>The keys.</summary>
    public string Keys => _folder.File("tls.keys");

    /// <summary>The demo's figures.</summary>
    public JsonElement Summary { get; private set; }

    public int HospitalMqtt { get; private set; }

    public int HospitalHttps { get; private set; }

    public int HomeMqtt { get; private set; }

    public int HomeHttps { get; private set; }

    public int WardSensors { get; private set; }

    public int HomeSensors { get; private set; }

    /// <summary>What tshark must be told: the keys, and which ports are whose.</summary>
    public string[] Decrypting =>
    [
        "-o", $"tls.keylog_file:{Keys}",
        "-o", string.Create(CultureInfo.InvariantCulture, $"sealway.mqtt_ports:{HospitalMqtt},{HomeMqtt}"),
        "-o", string.Create(CultureInfo.InvariantCulture, $"sealway.sensor_ports:{WardSensors},{HomeSensors}"),
    ];

    /// <summary>The demo's own ports, as a filter.</summary>
    public string Ports => string.Create(CultureInfo.InvariantCulture, $"tcp.port in {{{HospitalMqtt}, {HospitalHttps}, {HomeMqtt}, {HomeHttps}, {WardSensors}, {HomeSensors}}}");

    /// <summary>A file in the demo's kept folder.</summary>
    public string Kept(params string[] path) => Path.Combine([_folder.Path, "kept", .. path]);

    /// <summary>A file beside it.</summary>
    public string File(string name) => _folder.File(name);

    public async ValueTask InitializeAsync()
    {
        using Process recorder = Process.Start(new ProcessStartInfo("dumpcap", ["-i", "lo", "-f", "tcp", "-B", "64", "-w", Capture]) { RedirectStandardError = true })!;
        try
        {
            // It says where it writes once it records.
            string said = string.Empty;
            while (!said.Contains("File: ", StringComparison.Ordinal))
            {
                said = await recorder.StandardError.ReadLineAsync() ?? throw new InvalidOperationException($"dumpcap ended: {said}");
            }

            Task<string> rest = recorder.StandardError.ReadToEndAsync();
            ProcessRun demo = await ProcessRun.Of(
                "dotnet",
                [Path.Combine(AppContext.BaseDirectory, "sealway.dll"), "demo", "--headless", "--for", "5s", "--keep", Kept(), "--json", _folder.File("out.json"), "--tls-keylog", Keys],
                _folder.Path);
            Assert.True(demo.Code == 0, demo.Output + demo.Error);
            Assert.Contains("WARNING: the keys of every TLS connection", demo.Output, StringComparison.Ordinal);
            using Process stop = Process.Start("kill", ["-INT", recorder.Id.ToString(CultureInfo.InvariantCulture)]);
            await recorder.WaitForExitAsync();
            Assert.Contains("/0 (pcap:0", await rest, StringComparison.Ordinal);
        }
        finally
        {
            if (!recorder.HasExited)
            {
                recorder.Kill();
            }
        }

        Summary = JsonSerializer.Deserialize<JsonElement>(await System.IO.File.ReadAllBytesAsync(_folder.File("out.json")));
        JsonArray fleets = Configuration("cloud")["fleets"]!.AsArray();
        (HospitalMqtt, HospitalHttps) = (Port(fleets[0]!["mqtt"]!), Port(fleets[0]!["https"]!));
        (HomeMqtt, HomeHttps) = (Port(fleets[1]!["mqtt"]!), Port(fleets[1]!["https"]!));
        (WardSensors, HomeSensors) = (Port(Configuration("ward-gateway")["sensors"]!["listen"]![0]!), Port(Configuration("home-gateway")["sensors"]!["listen"]![0]!));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private JsonNode Configuration(string part) => JsonNode.Parse(System.IO.File.ReadAllBytes(Kept("parts", $"{part}.json")))!;

    private static int Port(JsonNode address) => int.Parse(address.GetValue<string>().Split(':')[^1], CultureInfo.InvariantCulture);
}
