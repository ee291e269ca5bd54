namespace Sealway.Transport.Tests;

/// <summary>Where the zoo stands: a folder for configurations, and the certificates.</summary>
/// <param name="Folder">A folder that goes away afterwards.</param>
/// <param name="Certificates">The certificates.</param>
internal sealed record ZooGround(string Folder, ZooCertificates Certificates)
{
    /// <summary>A folder of one server's own.</summary>
    public string FolderOf(string name) => Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
}
