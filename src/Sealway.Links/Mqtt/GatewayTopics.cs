namespace Sealway.Links;

/// <summary>The two MQTT topics that each gateway has; there are no others.</summary>
public static class GatewayTopics
{
    /// <summary>What the gateway publishes.</summary>
    public static string Up(string gateway) => $"sealway/{gateway}/up";

    /// <summary>What the cloud publishes to the gateway.</summary>
    public static string Down(string gateway) => $"sealway/{gateway}/down";
}
