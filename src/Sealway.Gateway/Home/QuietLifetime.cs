namespace Sealway.Gateway;

using Microsoft.Extensions.Hosting;

/// <summary>A server inside a role listens to no signals of its own.</summary>
internal sealed class QuietLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
