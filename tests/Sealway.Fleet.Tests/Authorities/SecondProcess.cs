namespace Sealway.Fleet.Tests.Authorities;

/// <summary>A process that opens a fleet and enrols parties.</summary>
internal static class SecondProcess
{
    public const string Argument = "enrol-many";

    public static async Task<int> Run(string folder, string prefix, int count)
    {
        await using Authority authority = await Authority.OpenAsync(folder, default, TimeProvider.System);
        for (int i = 0; i < count; i++)
        {
            using SigningKey key = SigningKey.Generate();
            await authority.EnrolAsync(new Enrolment(key.PublicKey, Role.Sensor, $"{prefix}-{i}"));
        }

        return 0;
    }
}
