namespace Sealway.Messages.Tests;

using System.Text.Json.Nodes;

/// <summary>A message, what is needed beside it to judge it, and where its vector stands.</summary>
/// <param name="File">The file below docs/vectors, without its ending.</param>
/// <param name="Name">Unique within the file.</param>
/// <param name="Kind">How it is judged: see <see cref="MessageKinds"/>.</param>
/// <param name="Bytes">The message.</param>
/// <param name="With">Names of keys, the log, the index …</param>
internal sealed record Example(string File, string Name, string Kind, byte[] Bytes, JsonObject With)
{
    public override string ToString() => $"{File}: {Name}";
}
