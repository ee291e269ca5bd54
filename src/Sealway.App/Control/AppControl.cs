namespace Sealway.App;

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;

/// <summary>What a running app answers its owner over its control socket: <c>POST /set {room, target}</c>, <c>POST /remove {name}</c>, <c>POST /grant {name, from?}</c>, <c>POST /rekey</c>, <c>GET /hours</c>, <c>GET /days</c>, <c>GET /labels</c>, <c>GET /standing</c>.</summary>
internal sealed class AppControl(AppRole app)
{
    public IReadOnlyDictionary<string, ControlHandler> Routes => new Dictionary<string, ControlHandler>
    {
        ["POST /set"] = async (request, stop) => Outcome(await app.SetTargetAsync(Text(request, "room"), Target(request), stop).ConfigureAwait(false)),
        ["POST /remove"] = async (request, stop) => Outcome(await app.RemoveMemberAsync(Text(request, "name"), stop).ConfigureAwait(false)),
        ["POST /grant"] = async (request, stop) => Outcome(await app.GrantAsync(Text(request, "name"), From(request), stop).ConfigureAwait(false)),
        ["POST /rekey"] = async (_, stop) => new JsonObject { ["kid"] = await RekeyAsync(stop).ConfigureAwait(false) },
        ["GET /hours"] = (_, _) => Task.FromResult<JsonNode>(Aggregates(app.Aggregates.Hours)),
        ["GET /days"] = (_, _) => Task.FromResult<JsonNode>(Aggregates(app.Aggregates.Days)),
        ["GET /labels"] = (_, _) => Task.FromResult<JsonNode>(new JsonObject(app.Labels.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)))),
        ["GET /standing"] = (_, _) => Task.FromResult<JsonNode>(Standing()),
    };

    private async Task<string> RekeyAsync(CancellationToken stop)
    {
        try
        {
            return (await app.RekeyAsync(stop).ConfigureAwait(false)).ToString();
        }
        catch (FleetFileException e)
        {
            // The owner can mend a folder; the text says which.
            throw new InvalidOperationException(e.Message, e);
        }
    }

    private static JsonObject Outcome(Refusal outcome) => outcome == Refusal.None
        ? new JsonObject { ["done"] = true }
        : throw new MessageException(outcome, "the gateway refused");

    private static string Text(JsonObject request, string name) => request[name]?.GetValue<string>() ?? throw new FormatException($"\"{name}\" is missing");

    private static Number Target(JsonObject request) => request["target"] is { } target
        && decimal.TryParse(target.ToString(), NumberStyles.Number, CultureInfo.InvariantCulture, out decimal value)
        ? Number.From(value)
        : throw new FormatException("\"target\" is not a number of degrees");

    private static DateTimeOffset? From(JsonObject request) => request["from"] is not { } from ? null
        : DateTimeOffset.TryParse(from.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time
        : throw new FormatException("\"from\" is not a date");

    private JsonObject Standing()
    {
        Standing standing = app.Standing;
        return new JsonObject
        {
            ["log"] = standing.Log.ToString(),
            ["size"] = standing.Size,
            ["final"] = Math.Min(standing.Size, standing.FinalSize),
            ["alarms"] = new JsonArray([.. app.Alarms.Select(alarm => (JsonNode)new JsonObject { ["name"] = JsonNamingPolicy.CamelCase.ConvertName(alarm.Kind.ToString()), ["text"] = alarm.Text })]),
        };
    }

    private JsonArray Aggregates(Func<Kid, string, IReadOnlyList<Aggregate>> give)
    {
        JsonArray rows = [];
        foreach ((Kid sensor, string metric) in app.Aggregates.Series)
        {
            foreach (Aggregate row in give(sensor, metric))
            {
                rows.Add(new JsonObject
                {
                    ["sensor"] = sensor.ToString(),
                    ["room"] = app.RoomOf(sensor),
                    ["metric"] = metric,
                    ["start"] = row.Start.ToString("u", CultureInfo.InvariantCulture),
                    ["count"] = row.Count,
                    ["mean"] = row.Mean,
                    ["min"] = row.Min,
                    ["max"] = row.Max,
                });
            }
        }

        return rows;
    }
}
