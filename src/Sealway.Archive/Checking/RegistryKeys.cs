namespace Sealway.Archive;

using Sealway.Fleet;
using Sealway.Messages;

/// <summary>Whose signatures were to be accepted, at any time: a key that was withdrawn since has signed what is stored all the same.</summary>
internal sealed class RegistryKeys(RegistryView registry)
{
    public RegistryView View => registry;

    public PublicKey? Writer(LogId log, Kid kid) => registry.WriterOf(log, kid);

    public PublicKey? Witness(Kid kid) => registry.Find(kid) is { Role: Role.Cloud or Role.Archive or Role.App } party ? party.Key : null;
}
