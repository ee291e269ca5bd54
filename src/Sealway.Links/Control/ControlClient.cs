namespace Sealway.Links;

using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>Speaks to a running role over its control socket.</summary>
public static class ControlClient
{
    /// <summary>Asks once.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="route">What: <c>POST /pair</c> and the like.</param>
    /// <param name="request">The body; null for none.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="LinkException"><see cref="LinkRefusal.Unreachable"/>: the role does not run; <see cref="LinkRefusal.BadRequest"/>: it refused, the text says why.</exception>
    public static async Task<JsonNode> AskAsync(string path, string route, JsonObject? request = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(route);
        string[] parts = route.Split(' ');
        using SocketsHttpHandler handler = new()
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectCallback = async (_, token) => await UnixPath.ConnectAsync(path, token).ConfigureAwait(false),
        };
        using HttpClient http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using HttpRequestMessage message = new(new HttpMethod(parts[0]), $"http://localhost{parts[1]}");
        if (request is not null)
        {
            message.Content = new StringContent(request.ToJsonString(), Encoding.UTF8, "application/json");
        }

        try
        {
            using HttpResponseMessage response = await http.SendAsync(message, cancellation).ConfigureAwait(false);
            JsonNode? answer = JsonNode.Parse(await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
            return answer is null ? throw new LinkException(LinkRefusal.WrongProtocol, $"'{path}' answers with nothing")
                : response.IsSuccessStatusCode ? answer
                : throw new LinkException(LinkRefusal.BadRequest, answer["error"]?.ToString() ?? "refused");
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or JsonException)
        {
            throw e.InnerException as LinkException ?? new LinkException(LinkRefusal.Unreachable, $"nothing answers at '{path}'; does it run?", e);
        }
    }
}
