namespace Sealway.Messages;

/// <summary>What a key is enrolled for; the numbers are on the wire.</summary>
public enum Role
{
    /// <summary>Signs the registry's statements.</summary>
    Authority = 0,

    /// <summary>Signs readings.</summary>
    Sensor = 1,

    /// <summary>Signs its own logs' heads.</summary>
    Gateway = 2,

    /// <summary>Countersigns.</summary>
    Cloud = 3,

    /// <summary>Countersigns; may make a head final.</summary>
    Archive = 4,

    /// <summary>A member of a home: opens, commands.</summary>
    App = 5,

    /// <summary>Signs the registry's heads and statuses.</summary>
    Registrar = 6,
}
