namespace Sealway.Fleet;

using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sealway.Messages;

/// <summary>
/// The devices that a fleet has admitted, by factory and serial number: a file each in the fleet's folder <c>devices</c>, named by a hash, so that no name from
/// outside is ever a path and one is found without reading the others.
/// </summary>
/// <param name="folder">The folder; it need not be there.</param>
public sealed class AdmittedDevices(string folder)
{
    /// <summary>The device, or null if it was not admitted.</summary>
    /// <param name="factory">The factory's name.</param>
    /// <param name="serial">The serial number.</param>
    /// <exception cref="FleetFileException">The record cannot be read or is damaged.</exception>
    public AdmittedDevice? Find(string factory, string serial)
    {
        string path = PathOf(factory, serial);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(PrivateFile.ReadPublic(path), new JsonDocumentOptions { MaxDepth = 4 });
            JsonElement root = json.RootElement;
            return root.GetProperty("factory").GetString() == factory && root.GetProperty("serial").GetString() == serial && Kid.TryParse(root.GetProperty("kid").GetString(), out Kid kid)
                ? new AdmittedDevice(factory, serial, kid, [.. Texts(root, "hosts")], [.. Texts(root, "addresses").Select(IPAddress.Parse)])
                : throw new FleetFileException(path, "it is the record of another device");
        }
        catch (Exception inner) when (inner is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new FleetFileException(path, "it is no record of a device; admit the device again", inner);
        }
    }

    /// <summary>Records a device, durably; once it is recorded nothing replaces it with another key.</summary>
    /// <param name="device">The device.</param>
    /// <exception cref="FleetFileException">It is recorded with another key, or cannot be written.</exception>
    public void Admit(AdmittedDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        string path = PathOf(device.Factory, device.Serial);
        if (Find(device.Factory, device.Serial) is { } present && present.Kid != device.Kid)
        {
            throw new FleetFileException(path, $"device {device.Serial} of factory {device.Factory} was admitted with the key {present.Kid}; a device has one key: revoke that party and remove this file first");
        }

        PrivateFile.CreateFolder(folder);
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("factory", device.Factory);
            json.WriteString("serial", device.Serial);
            json.WriteString("kid", device.Kid.ToString());
            Write(json, "hosts", device.Hosts);
            Write(json, "addresses", device.Addresses.Select(one => one.ToString()));
            json.WriteEndObject();
        }

        PrivateFile.WritePublic(path, Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n");
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static IEnumerable<string> Texts(JsonElement root, string name) => root.GetProperty(name).EnumerateArray().Select(one => one.GetString() ?? "");

    private string PathOf(string factory, string serial) =>
        Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{factory}\n{serial}")).AsSpan(0, 16)) + ".json");
}
