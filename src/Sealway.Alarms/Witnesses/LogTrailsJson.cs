namespace Sealway.Alarms;

using System.Text.Json;
using System.Text.Json.Serialization;
using Sealway.Messages;

/// <summary>Keeps trails as one short text among the counts: the base64 of their bytes.</summary>
internal sealed class LogTrailsJson : JsonConverter<LogTrails>
{
    public override LogTrails Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return LogTrails.FromBytes(reader.GetBytesFromBase64());
        }
        catch (MessageException damaged)
        {
            throw new JsonException("no trails", damaged);
        }
    }

    public override void Write(Utf8JsonWriter writer, LogTrails value, JsonSerializerOptions options) => writer.WriteBase64StringValue(value.ToBytes());
}
