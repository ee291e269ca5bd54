namespace Sealway.App.Tests.Following;

using Sealway.App.Tests.Homes;
using Sealway.Fleet;
using Sealway.Log;
using Sealway.Messages;
using Sealway.Testing;
using Xunit;

/// <summary>Each write of an app fails once, in its two ways; the app is started again.</summary>
public sealed class WriteFailureTests
{
    private static CancellationToken Soon => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Fault.NotStored)]
    [InlineData(Fault.StoredButReportedFailed)]
    public async Task Whichever_write_fails_the_next_start_has_opened_every_reading_once(Fault fault)
    {
        await using Household home = await Household.FoundAsync(Soon);
        Identity anna = await home.EnrolAsync(Role.App, "app-anna", Soon);
        SampleSensor sensor = await home.SensorAsync("s-01", "r-01", Soon);
        await using TestCloud cloud = await TestCloud.StartAsync(home, Soon);
        await using TestGateway gateway = await TestGateway.StartAsync(home, cloud, Soon, anna.Agreement!);
        long readings = 0;
        int failures = 0;
        for (int write = 0; write == failures; write++)
        {
            FaultyStore? store = null;
            int at = write;
            await gateway.SlotAsync(Soon, sensor.Read(20));
            readings++;
            try
            {
                AppRig failing = await AppRig.StartAsync(home, anna, cloud, Soon, wrap: inner =>
                {
                    store = new FaultyStore(inner);
                    store.FailWrite(at, fault);
                    return store;
                });
                await using (failing)
                {
                    long expected = readings;
                    Task opened = failing.UntilOpened(expected, Soon);
                    await Task.WhenAny(opened, failing.Running);
                    if (opened.IsCompletedSuccessfully)
                    {
                        await gateway.SlotAsync(Soon, sensor.Read(21));
                        readings++;
                        await Task.WhenAny(failing.UntilOpened(readings, Soon), failing.Running);
                    }
                }
            }
            catch (IOException)
            {
                // The disk failed: the app ends, and is started again.
            }

            failures += store!.Writes > write ? 1 : 0;
            await using AppRig again = await AppRig.StartAsync(home, anna, cloud, Soon);
            await again.UntilOpened(readings, Soon);
            IReadOnlyDictionary<string, object> health = again.App.Health();
            Assert.Equal((readings, 0L, 0L, 0L), (health["opened"], health["refused"], health["gaps"], health["blanks"]));
        }

        Assert.InRange(failures, 2, 60);
    }
}
