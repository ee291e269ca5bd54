namespace Sealway.Fleet;

using System.Net;
using Sealway.Messages;

/// <summary>One line of what a factory is to make.</summary>
/// <param name="Line">Its line in the file, counted from 1; for messages.</param>
/// <param name="Serial">The serial number, unique in the factory.</param>
/// <param name="Role">What the device is made as.</param>
/// <param name="Name">The name that a fleet is to give it, unique in that fleet.</param>
/// <param name="Model">The maker's words, or null.</param>
/// <param name="Hosts">By which names and addresses a gateway or cloud is reached.</param>
/// <param name="Request">A PKCS#10 request for the factory certificate, made on the device; null: the factory makes the keys.</param>
/// <param name="Signing">A PKCS#10 request signed by the device's signing key, which proves that the device has it.</param>
/// <param name="Agreement">The device's HPKE key, a public key in PEM, where the role needs one.</param>
public sealed record FactoryOrder(
    int Line, string Serial, Role Role, string Name, string? Model, IReadOnlyList<string> Hosts, string? Request = null, string? Signing = null, string? Agreement = null)
{
    /// <summary>The DNS names among the hosts.</summary>
    public IReadOnlyList<string> DnsNames => [.. Hosts.Where(host => !IPAddress.TryParse(host, out _))];

    /// <summary>The IP addresses among the hosts.</summary>
    public IReadOnlyList<IPAddress> Addresses => [.. Hosts.Select(host => IPAddress.TryParse(host, out IPAddress? address) ? address : null).OfType<IPAddress>()];
}
