namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>What a statement of the registry says.</summary>
/// <param name="Kind">The kind of its entry.</param>
public abstract record StatementContent(EntryKind Kind)
{
    internal static StatementContent Read(EntryKind kind, ReadOnlyMemory<byte> payload) => WireReader.Read(payload, Limits.EntryBytes, "statement", reader =>
    {
        int fields = reader.Map(1, 7);
        StatementContent content = kind switch
        {
            EntryKind.Enrol => Enrolment.Read(reader, fields),
            EntryKind.Assign => Assignment.Read(reader, fields),
            EntryKind.Revoke => Revocation.Read(reader, fields),
            EntryKind.Status => Status.Read(reader, fields),
            EntryKind.Rotate => Rotation.Read(reader, fields),
            EntryKind.Erase => Erasure.Read(reader, fields),
            _ => throw reader.Wrong(Refusal.WrongKind),
        };
        reader.EndMap();
        return content;
    });

    internal byte[] ToPayload() => WireWriter.Write(Write);

    private protected abstract void Write(CborWriter cbor);
}
