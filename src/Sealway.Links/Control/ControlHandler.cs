namespace Sealway.Links;

using System.Text.Json.Nodes;

/// <summary>Answers one request over a control socket.</summary>
/// <param name="request">The body; empty where there was none.</param>
/// <param name="cancellation">Ends the request.</param>
/// <returns>The answer.</returns>
public delegate Task<JsonNode> ControlHandler(JsonObject request, CancellationToken cancellation);
