namespace Sealway.Gateway;

/// <summary>What the writer loop asks of the forwarder.</summary>
internal interface ISending
{
    /// <summary>The log has grown, or has a new head.</summary>
    void Wake();

    /// <summary>
    /// Nothing more is sent until <see cref="GoOn"/>; and the cloud is asked what it holds, so that nothing is left out that it has. The loop is woken when it has answered.
    /// </summary>
    /// <returns>Whether the cloud's place is as well known as it can be: it has answered, or is away, or stays silent.</returns>
    bool IsSettled();

    /// <summary>Sends again.</summary>
    /// <param name="begun">Whether another generation has begun, of which nobody has anything yet.</param>
    void GoOn(bool begun);
}
