namespace Sealway.Fleet;

using System.Net;
using Sealway.Messages;

/// <summary>What the fleet decided that a device of a factory may become. Its name and role are the registry's, under the key.</summary>
/// <param name="Factory">The factory's name in this fleet.</param>
/// <param name="Serial">The device's serial number there.</param>
/// <param name="Kid">The signing key that the registry enrolled for it.</param>
/// <param name="Hosts">DNS names by which a gateway or cloud is reached.</param>
/// <param name="Addresses">IP addresses by which a gateway or cloud is reached.</param>
public sealed record AdmittedDevice(string Factory, string Serial, Kid Kid, IReadOnlyList<string> Hosts, IReadOnlyList<IPAddress> Addresses);
