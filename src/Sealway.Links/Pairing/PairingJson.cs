namespace Sealway.Links;

using System.Text.Json;
using System.Text.Json.Serialization;
using Sealway.Messages;

/// <summary>The pairing's JSON: camelCase names, every one needed, no others.</summary>
public static class PairingJson
{
    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        MaxDepth = 4,
    };

    /// <summary>Writes a request or an answer.</summary>
    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, _options);

    /// <summary>Reads a request or an answer from outside.</summary>
    /// <exception cref="MessageException">Not exactly one.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json)
        where T : class
    {
        if (json.Length > PairingRequest.MostBytes)
        {
            throw new MessageException(Refusal.TooLong, "pairing");
        }

        try
        {
            return JsonSerializer.Deserialize<T>(json, _options) ?? throw new MessageException(Refusal.Malformed, "pairing");
        }
        catch (JsonException inner)
        {
            throw new MessageException(Refusal.Malformed, "pairing", inner);
        }
    }
}
