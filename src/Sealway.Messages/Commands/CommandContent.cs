namespace Sealway.Messages;

using System.Formats.Cbor;

/// <summary>
/// What a command says: <c>{ 1: number, 2: expiry, 3: size, 4: root, 5: action, 6 …: what the action prescribes }</c>.
/// </summary>
/// <param name="Number">Rises with each command of a member.</param>
/// <param name="ExpiryMilliseconds">After this it does not count, milliseconds since 1970; at most five minutes ahead.</param>
/// <param name="Size">The size of the member's latest head, at least 1.</param>
/// <param name="Root">That head's root, 32 bytes: the gateway checks it against its own log.</param>
/// <param name="Action">What to do.</param>
/// <param name="Subject">The room (<see cref="CommandAction.SetTarget"/>), else null.</param>
/// <param name="Target">Degrees Celsius (<see cref="CommandAction.SetTarget"/>), else null.</param>
/// <param name="Member">The member to remove (<see cref="CommandAction.RemoveMember"/>), else null.</param>
/// <param name="Grant">The body of a grant entry (<see cref="CommandAction.Grant"/>), else null.</param>
/// <param name="Index">The registry's index that the statement is signed for (<see cref="CommandAction.Rekey"/>), else null.</param>
/// <param name="Statement">The registry's entry, of kind rotate, whole (<see cref="CommandAction.Rekey"/>), else null.</param>
public sealed record CommandContent(
    ulong Number,
    ulong ExpiryMilliseconds,
    ulong Size,
    ReadOnlyMemory<byte> Root,
    CommandAction Action,
    string? Subject = null,
    Number? Target = null,
    Kid? Member = null,
    ReadOnlyMemory<byte>? Grant = null,
    ulong? Index = null,
    ReadOnlyMemory<byte>? Statement = null)
{
    internal static CommandContent Read(WireReader reader)
    {
        int fields = reader.Map(6, 7);
        reader.Key(1);
        ulong number = reader.Number();
        reader.Key(2);
        ulong expiry = reader.Number();
        reader.Key(3);
        ulong size = reader.Number();
        if (size == 0)
        {
            throw reader.Wrong(Refusal.NumberOutOfRange);
        }

        reader.Key(4);
        ReadOnlyMemory<byte> root = reader.Bytes(Head.HashSize);
        reader.Key(5);
        CommandAction action = (CommandAction)reader.Number(255);
        CommandContent content = new(number, expiry, size, root, action);
        switch (action, fields)
        {
            case (CommandAction.SetTarget, 7):
                reader.Key(6);
                content = content with { Subject = reader.Text() };
                reader.Key(7);
                content = content with { Target = Messages.Number.Read(reader) };
                break;
            case (CommandAction.RemoveMember, 6):
                reader.Key(8);
                content = content with { Member = reader.Kid() };
                break;
            case (CommandAction.Grant, 6):
                reader.Key(9);
                content = content with { Grant = reader.Bytes(1, Limits.CommandSlotBytes) };
                break;
            case (CommandAction.Rekey, 7):
                reader.Key(10);
                content = content with { Index = reader.Number() };
                reader.Key(11);
                content = content with { Statement = reader.Bytes(1, Limits.CommandSlotBytes) };
                break;
            default:
                throw reader.Wrong(Refusal.Malformed);
        }

        reader.EndMap();
        return content;
    }

    internal void Write(CborWriter cbor)
    {
        cbor.WriteStartMap(Action is CommandAction.SetTarget or CommandAction.Rekey ? 7 : 6);
        cbor.Field(1, Number);
        cbor.Field(2, ExpiryMilliseconds);
        cbor.Field(3, Size);
        cbor.Field(4, Root.Span);
        cbor.Field(5, (ulong)Action);
        switch (Action)
        {
            case CommandAction.SetTarget when Subject is not null && Target is not null:
                cbor.Field(6, Subject);
                cbor.WriteInt32(7);
                Target.Value.Write(cbor);
                break;
            case CommandAction.RemoveMember when Member is not null:
                cbor.Field(8, Member.Value);
                break;
            case CommandAction.Grant when Grant is not null:
                cbor.Field(9, Grant.Value.Span);
                break;
            case CommandAction.Rekey when Index is not null && Statement is not null:
                cbor.Field(10, Index.Value);
                cbor.Field(11, Statement.Value.Span);
                break;
            default:
                throw new InvalidOperationException("the action lacks what it prescribes");
        }

        cbor.WriteEndMap();
    }
}
