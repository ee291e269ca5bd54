namespace Sealway.Cli.Hosting;

using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Sealway.Links;

/// <summary>Runs a role: its configuration read whole, its log, its health, its stop, its exit code.</summary>
/// <param name="error">Where the log and errors go: standard error.</param>
/// <param name="time">The clock.</param>
/// <param name="clockOffset">The value of <see cref="ClockOffset.Variable"/>; null for none.</param>
/// <param name="tlsKeylog">The file that the keys of TLS connections are written to, where the configuration allows it; null for none.</param>
internal sealed class RoleHost(Stream error, TimeProvider time, string? clockOffset = null, string? tlsKeylog = null)
{
    /// <summary>Runs a role in this process, from its configuration until it ends or is told to stop.</summary>
    /// <param name="role">Its name, for log and health.</param>
    /// <param name="configuration">Its configuration file.</param>
    /// <param name="parse">Asks for the role's own keys; those of <see cref="HostSettings"/> are asked for here.</param>
    /// <param name="run">Does the role's work until it is done or the token is cancelled, and leaves everything on disk before it returns.</param>
    /// <param name="tlsKeylog">The file that the keys of TLS connections are written to, where the configuration allows it; null for none.</param>
    /// <param name="cancellation">A reason to stop besides SIGTERM and SIGINT.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> Run<TOptions>(
        string role,
        string configuration,
        Func<SettingsSection, TOptions> parse,
        Func<TOptions, RoleContext, CancellationToken, Task> run,
        string? tlsKeylog = null,
        CancellationToken cancellation = default)
    {
        using Stream error = Console.OpenStandardError();
        RoleHost host = new(error, TimeProvider.System, Environment.GetEnvironmentVariable(ClockOffset.Variable), tlsKeylog);
        return await host.RunHere(role, configuration, parse, run, cancellation).ConfigureAwait(false);
    }

    /// <summary>As <see cref="Run"/>, with this host's output and clock.</summary>
    public async Task<int> RunHere<TOptions>(
        string role,
        string configuration,
        Func<SettingsSection, TOptions> parse,
        Func<TOptions, RoleContext, CancellationToken, Task> run,
        CancellationToken cancellation = default)
    {
        HostSettings host;
        TOptions options;
        ClockOffset? offset;
        TlsKeyLog? keys;
        try
        {
            offset = ClockOffset.Parse(clockOffset, time.GetUtcNow());
            (host, options) = Settings.Load(configuration, settings => (HostSettings.Parse(settings), parse(settings)));
            keys = KeyLogging.Begin(tlsKeylog, configuration, host.AllowTlsKeylog);
        }
        catch (UserError mistake)
        {
            Print(mistake);
            return mistake.Code;
        }

        using TlsKeyLog? ending = keys;
        TimeProvider clock = offset is null ? time : new OffsetTime(time, offset.Offset);
        using JsonLog lines = new(error, role, clock);
        using ILoggerFactory loggers = lines.Factory(host.Level);
        RoleContext context = new(role, loggers, clock, offset, keys);
        using IDisposable? warning = keys is null ? null : KeyLogging.Warn(keys, context.Log, error, time);
        if (offset is not null)
        {
            context.Log.LogWarning("THE CLOCK IS WRONG ON PURPOSE: {Variable} is {Offset}; this is a drill, and nothing that is signed or judged here has a true time", ClockOffset.Variable, offset.Text);
        }

        using ShutdownSignals stop = new(cancellation);
        return await RunReady(host, context, token => run(options, context, token), stop.Token).ConfigureAwait(false);
    }

    [SuppressMessage("Design", "CA1031", Justification = "The border of the process: whatever ends a role is logged and becomes an exit code.")]
    private async Task<int> RunReady(HostSettings host, RoleContext context, Func<CancellationToken, Task> run, CancellationToken stop)
    {
        try
        {
            HealthEndpoint health = await HealthEndpoint.Start(context.Name, host.HealthPort, host.HealthPortFile, context.Report, context.Loggers, stop).ConfigureAwait(false);
            await using (health.ConfigureAwait(false))
            {
                context.Log.LogInformation("started, process {Process}", Environment.ProcessId);
                using PosixSignalRegistration? hangup = ReloadOnHangup(context);
                using ITimer look = time.CreateTimer(static seen => ((RoleContext)seen!).LookForReplacedIdentities(), context, TlsReloader.Every, TlsReloader.Every);
                try
                {
                    await RunUntil(host, context, run, stop).ConfigureAwait(false);
                }
                finally
                {
                    await context.DisposeAsync().ConfigureAwait(false);
                }
            }

            context.Log.LogInformation("stopped");
            return ExitCode.Clean;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            context.Log.LogInformation("stopped");
            return ExitCode.Clean;
        }
        catch (Exception exception) when (UserError.From(exception) is { } mistake)
        {
            context.Log.LogDebug(exception, "ended by an error");
            context.Log.LogCritical("{Mistake}", mistake.Describe());
            Print(mistake);
            return mistake.Code;
        }
        catch (Exception exception)
        {
            context.Log.LogCritical(exception, "ended by an error");
            return ExitCode.Failed;
        }
    }

    // At a terminal SIGHUP means that the terminal is gone, and a role in its foreground ends with it.
    private static PosixSignalRegistration? ReloadOnHangup(RoleContext context) => !Console.IsInputRedirected ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
    {
        signal.Cancel = true;
        context.LookForReplacedIdentities();
    });

    private async Task RunUntil(HostSettings host, RoleContext context, Func<CancellationToken, Task> run, CancellationToken stop)
    {
        // On the pool: a role that works before its first await does not keep the host from stopping it.
        Task running = Task.Run(() => run(stop), CancellationToken.None);
        TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using (stop.Register(told.SetResult))
        {
            await Task.WhenAny(running, told.Task).ConfigureAwait(false);
        }

        if (!running.IsCompleted)
        {
            context.Log.LogInformation("stopping, within {StopWithin} s", host.StopWithin.TotalSeconds);
            try
            {
                await running.WaitAsync(host.StopWithin, time, CancellationToken.None).ConfigureAwait(false);
            }
            catch (TimeoutException) when (!running.IsCompleted)
            {
                throw new UserError($"the role did not stop within {Durations.Format(host.StopWithin)} and was left behind", context.Name, "what it acknowledged is on disk; set \"stopWithin\" higher if it needs longer");
            }
        }

        await running.ConfigureAwait(false);
        if (host.HealthLastFile is { } last)
        {
            // For whoever compares afterwards: the counters at the end, when no endpoint answers any more.
            await File.WriteAllBytesAsync(last, HealthFormat.Json(context.Name, context.Report()), CancellationToken.None).ConfigureAwait(false);
        }
    }

    private void Print(UserError mistake)
    {
        using StreamWriter writer = new(error, leaveOpen: true);
        ErrorText.Write(writer, mistake);
    }
}
