namespace Sealway.Gateway;

/// <summary>Switches the heating of one room.</summary>
public interface IHeatingActuator
{
    /// <summary>Switches; asking again for what is so already does no harm.</summary>
    /// <param name="on">Whether it is to heat.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="IOException">It could not be switched.</exception>
    Task SetAsync(bool on, CancellationToken cancellation = default);
}
