namespace Sealway.Gateway;

using System.Text.Json.Nodes;
using Sealway.Fleet;
using Sealway.Links;
using Sealway.Messages;

/// <summary>What a running home's gateway answers over its control socket: <c>POST /pair {label}</c>, <c>POST /members/remove {name}</c>, <c>GET /members</c>.</summary>
internal sealed class HomeControl(HomeAuthority authority, HomeLabels labels, PairingDesk pairing)
{
    public IReadOnlyDictionary<string, ControlHandler> Routes => new Dictionary<string, ControlHandler>
    {
        ["POST /pair"] = PairAsync,
        ["POST /members/remove"] = RemoveAsync,
        ["GET /members"] = MembersAsync,
    };

    private async Task<JsonNode> PairAsync(JsonObject request, CancellationToken cancellation)
    {
        string? label = request["label"]?.GetValue<string>();
        if (label is not null)
        {
            // The same bounds as for what an app says of itself.
            label = new PairingRequest(string.Empty, string.Empty, string.Empty, string.Empty, label).ReadLabel();
        }

        PairingCode code = await pairing.OpenAsync(label, cancellation).ConfigureAwait(false);
        return new JsonObject { ["code"] = code.Show() };
    }

    private async Task<JsonNode> RemoveAsync(JsonObject request, CancellationToken cancellation)
    {
        string name = request["name"]?.GetValue<string>() ?? throw new FormatException("\"name\" is missing");
        Party member = Members.Of(authority.Current).FirstOrDefault(party => party.Name == name) ?? throw new MessageException(Refusal.UnknownKey, $"there is no member '{name}'");
        await authority.RemoveAppAsync(member.Kid, "removed at the gateway", null, CancellationToken.None).ConfigureAwait(false);
        return new JsonObject { ["removed"] = member.Name };
    }

    private Task<JsonNode> MembersAsync(JsonObject request, CancellationToken cancellation)
    {
        RegistryView view = authority.Current;
        Kid? owner = Members.Owner(view)?.Kid;
        JsonArray members = [.. Members.Of(view).Select(party => new JsonObject
        {
            ["name"] = party.Name,
            ["kid"] = party.Kid.ToString(),
            ["label"] = labels.All.GetValueOrDefault(party.Name),
            ["owner"] = party.Kid == owner,
        })];
        return Task.FromResult<JsonNode>(new JsonObject { ["members"] = members });
    }
}
