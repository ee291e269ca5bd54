namespace Sealway.Cli.Demo;

using Sealway.Fleet;

/// <summary>Where the demo keeps what: two fleets, the parts' configurations, logs and data, the archive, the waybill.</summary>
/// <param name="Root">The folder of it all.</param>
internal sealed record DemoFolders(string Root)
{
    public string Hospital => Path.Combine(Root, "hospital");

    public string HospitalFleet => Path.Combine(Hospital, "fleet");

    public string Home => Path.Combine(Root, "home");

    public string HomeFleet => Path.Combine(Home, "fleet");

    /// <summary>Configurations, structured logs, ports and last health reports of the parts.</summary>
    public string Parts => Path.Combine(Root, "parts");

    /// <summary>What the parts keep: stores.</summary>
    public string Data => Path.Combine(Root, "data");

    /// <summary>The hospital's archive: tiles that any static file server can serve.</summary>
    public string Archive => Path.Combine(Root, "archive");

    public string Keys(bool hospital, string party) => Path.Combine(hospital ? Hospital : Home, party);

    public string DataOf(string part) => Path.Combine(Data, part);

    public static DemoFolders Create(string root)
    {
        DemoFolders folders = new(root);
        foreach (string folder in new[] { root, folders.Hospital, folders.Home, folders.Parts, folders.Data })
        {
            // Private keys lie below: nobody else looks in.
            PrivateFile.CreateFolder(folder);
        }

        return folders;
    }
}
