namespace Sealway.Gateway;

using System.Text.Json;
using Sealway.Fleet;

/// <summary>What people call rooms, sensors and members. The settings' are given; the members' come with pairing and are kept in a private file, since the registry must not tell them.</summary>
public sealed class HomeLabels
{
    private const string FileName = "labels.json";

    private readonly string _path;
    private readonly IReadOnlyDictionary<string, string> _given;
    private readonly Dictionary<string, string> _members = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Reads the members' labels.</summary>
    /// <param name="folder">The gateway's data folder.</param>
    /// <param name="given">The settings' labels.</param>
    /// <exception cref="FleetFileException">The file cannot be read.</exception>
    public HomeLabels(string folder, IReadOnlyDictionary<string, string> given)
    {
        _path = Path.Combine(folder, FileName);
        _given = given;
        if (!File.Exists(_path))
        {
            return;
        }

        try
        {
            _members = new(JsonSerializer.Deserialize<Dictionary<string, string>>(PrivateFile.Read(_path)) ?? [], StringComparer.Ordinal);
        }
        catch (JsonException inner)
        {
            throw new FleetFileException(_path, "it is not an object of texts; remove it, and the members' labels with it", inner);
        }
    }

    /// <summary>All labels now.</summary>
    public IReadOnlyDictionary<string, string> All
    {
        get
        {
            lock (_lock)
            {
                Dictionary<string, string> all = new(_members, StringComparer.Ordinal);
                foreach ((string name, string label) in _given)
                {
                    all[name] = label;
                }

                return all;
            }
        }
    }

    /// <summary>Keeps a member's label.</summary>
    /// <exception cref="FleetFileException">It cannot be written.</exception>
    public void Add(string name, string label)
    {
        lock (_lock)
        {
            _members[name] = label;
            PrivateFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(_members));
        }
    }
}
