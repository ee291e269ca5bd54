namespace Sealway.Fleet;

using System.Security.Cryptography.X509Certificates;
using Sealway.Messages;

/// <summary>Takes a factory's devices into a fleet: enrols each key in the registry under the name and role of the list, and records which serial number may ask for its certificate.</summary>
/// <param name="authority">The fleet's authority; not owned.</param>
/// <param name="folder">The fleet's folder.</param>
/// <param name="time">The clock.</param>
public sealed class Admission(Authority authority, FleetFolder folder, TimeProvider time)
{
    private readonly FactoryAuthorities _factories = new(folder.Factories);
    private readonly AdmittedDevices _devices = new(folder.Devices);

    /// <summary>Admits one device, unless it was admitted before.</summary>
    /// <param name="made">The device, as the factory's list has it: the factory's certificate must bear it out.</param>
    /// <param name="ct">Ends the wait; once the write has begun it is carried to its end.</param>
    /// <returns>Whether it was admitted now; false if it had been.</returns>
    /// <exception cref="MessageException"><see cref="Refusal.AlreadyEnrolled"/>: the name or a key is another party's; <see cref="Refusal.WrongSigner"/>: the certificate is not of a trusted factory, or of another device.</exception>
    /// <exception cref="FleetFileException">The record cannot be read or written.</exception>
    /// <exception cref="RegistryBehindException">The registry here is not the one published.</exception>
    public async Task<bool> AdmitAsync(MadeDevice made, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(made);
        FactoryIdentity device = Judge(made);
        RegistryView view = authority.Registry;
        Kid kid = made.Signing.Kid;
        if (_devices.Find(device.Factory, device.Serial) is { } present && present.Kid == kid && view.Find(kid) is not null)
        {
            return false;
        }

        // Enrolled and not recorded: the power went between the two.
        if (view.Find(kid) is not { } party)
        {
            await authority.EnrolAsync(new Enrolment(made.Signing, made.Role, made.Name, made.Model, Agreement: made.Agreement), ct).ConfigureAwait(false);
        }
        else if (party.Name != made.Name || party.Role != made.Role)
        {
            throw new MessageException(Refusal.AlreadyEnrolled, $"the key {kid} of {device} is enrolled as {party.Role.Word()} {party.Name}");
        }

        _devices.Admit(new AdmittedDevice(device.Factory, device.Serial, kid, made.DnsNames, made.Addresses));
        return true;
    }

    private FactoryIdentity Judge(MadeDevice made)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(made.Certificate.Span);
        (FactoryIdentity? device, string text) = _factories.Judge(certificate, [], time.GetUtcNow());
        return device is null ? throw new MessageException(Refusal.WrongSigner, $"device {made.Serial}: {text}")
            : device.Serial != made.Serial || device.Kid != made.Signing.Kid
                ? throw new MessageException(Refusal.WrongSigner, $"device {made.Serial}: its factory certificate is of {device} with the key {device.Kid}, so that the list was changed")
                : device;
    }
}
