namespace Sealway.Links;

using Microsoft.Extensions.Hosting;

/// <summary>The role that runs the server starts and stops it; the server itself listens to no signals.</summary>
internal sealed class NoHostLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
