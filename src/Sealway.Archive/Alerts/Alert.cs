namespace Sealway.Archive;

using System.Text.Json;
using System.Text.Json.Serialization;

/// <summary>
/// What the archive tells by its own channel, as one JSON object in UTF-8, names in lowerCamel, what is unknown left out. It
/// may hold a measured value, so that it is for those who may see readings. After a crash the same alert may come again,
/// with the same <see cref="Id"/>.
/// </summary>
public sealed record Alert
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The same for the same alert, told again.</summary>
    public required string Id { get; init; }

    /// <summary>What it is about.</summary>
    public required AlertKind Kind { get; init; }

    /// <summary>Whether it begins (true) or is over (false).</summary>
    public required bool Raised { get; init; }

    /// <summary>What happened, for a person.</summary>
    public required string Text { get; init; }

    /// <summary>When, milliseconds since 1970: of an alarm by the log's own times, else by the archive's clock.</summary>
    public required ulong At { get; init; }

    /// <summary>Which log.</summary>
    public string? Log { get; init; }

    /// <summary>The entry that decided.</summary>
    public ulong? Index { get; init; }

    /// <summary>The alarm rule's name.</summary>
    public string? Rule { get; init; }

    /// <summary>How soon somebody must act: <c>low</c>, <c>medium</c>, <c>high</c>.</summary>
    public string? Priority { get; init; }

    /// <summary>The sensor's key, 16 hexadecimal digits.</summary>
    public string? Sensor { get; init; }

    /// <summary>The sensor's enrolled name.</summary>
    public string? SensorName { get; init; }

    /// <summary>To whom or what the sensor is assigned: a patient's pseudonym, a room.</summary>
    public string? Subject { get; init; }

    /// <summary>The measurement's name.</summary>
    public string? Metric { get; init; }

    /// <summary>The value that decided, in the metric's unit.</summary>
    public double? Value { get; init; }

    /// <summary>The alert as JSON.</summary>
    /// <returns>UTF-8, on one line.</returns>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Options);
}
