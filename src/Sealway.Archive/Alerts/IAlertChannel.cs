namespace Sealway.Archive;

/// <summary>A way by which alerts leave the archive.</summary>
internal interface IAlertChannel : IDisposable
{
    /// <summary>Delivers one alert.</summary>
    /// <param name="json">The alert.</param>
    /// <param name="ct">Ends the attempt.</param>
    /// <exception cref="AlertNotDeliveredException">It is not known to have arrived; it will be tried again.</exception>
    Task DeliverAsync(ReadOnlyMemory<byte> json, CancellationToken ct);
}
