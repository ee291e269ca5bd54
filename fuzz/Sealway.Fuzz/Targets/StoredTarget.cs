namespace Sealway.Fuzz.Targets;

using System.Security.Cryptography;
using Sealway.Archive;
using Sealway.Fuzz.Fixtures;
using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Log;
using Sealway.Messages;

/// <summary>The first byte says which file; all but the bundle are read by the same strict reader.</summary>
internal sealed class StoredTarget : FuzzTarget
{
    private const int Bundle = 0;
    private const int Heads = 1;
    private const int Fork = 2;
    private const int Notes = 3;
    private const int Blanks = 4;
    private const int State = 5;

    public override string Name => "stored";

    public override string Why => "an archive's files as somebody left them, which the check reads: damaged by name, or written again in the same bytes";

    public override int MostBytes => 32_768;

    public override int AllocatedPerByte => 256;

    public override bool IsRefusal(Exception exception) => exception is InvalidDataException;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors)
    {
        Head head = FuzzFleet.HeadOf(FuzzFleet.WardLog, FuzzFleet.WardEntries, FuzzFleet.Gateway);
        Head other = FuzzFleet.HeadOf(FuzzFleet.WardLog, [.. FuzzFleet.WardEntries.Skip(1)], FuzzFleet.Gateway);
        byte[] record = new HeadSegment().Add(new SignedHead(head, [FuzzFleet.Countersign(FuzzFleet.Archive, head)])).Record!;
        Frontier frontier = new();
        foreach (ReadOnlyMemory<byte> entry in FuzzFleet.WardEntries)
        {
            frontier.Append(Merkle.LeafHash(entry.Span));
        }

        ForkEvidence fork = new(FuzzFleet.WardLog, head, other, 4, [LogEntry.Of(FuzzFleet.WardEntries[4]), LogEntry.Blank(new byte[32])], 5);
        TileLogState state = new()
        {
            Number = 7,
            Start = new Frontier(),
            Frontier = frontier,
            Heads = (0, 300),
            Witnesses = [(FuzzFleet.Archive.PublicKey.Kid, 1, 6)],
            Notes = HashedFile.Of(3, [1]),
            Forks = [new byte[32]],
        };
        return
        [
            [Bundle, (byte)FuzzFleet.WardEntries.Count, .. EntryBundle.Append([], FuzzFleet.WardEntries)],
            [Heads, .. record, .. record],
            [Fork, .. ForkFile.ToArray(fork)],
            [Notes, .. NoteFile.ToArray(NoteFile.None.Add("alarms", [1, 2]).Add("judged", [3]))],
            [Blanks, .. BlankRanges.None.With(3, 5).With(8, 9).ToArray()],
            [State, .. state.ToArray()[..^SHA256.HashSizeInBytes]],
        ];
    }

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        if (input.Length < 2)
        {
            throw new InvalidDataException("no file");
        }

        ReadOnlyMemory<byte> file = input[1..];
        switch (input.Span[0])
        {
            case Bundle:
                Require.Same(EntryBundle.Append([], EntryBundle.Read(file[1..], file.Span[0], Name)), file.Span[1..], "a bundle");
                break;
            case Heads:
                HeadSegment segment = new();
                segment.Read(file, Name);
                Require.That(segment.Heads.All(head => head.Countersignatures.Count <= Limits.Countersignatures), "a segment's countersignatures");
                break;
            case Fork:
                ForkEvidence fork = ForkFile.Read(FuzzFleet.WardLog, file, Name);
                Require.Same(ForkFile.ToArray(fork), file.Span, "a fork's file");
                break;
            case Notes:
                _ = NoteFile.Read(file, Name);
                break;
            case Blanks:
                Require.Same(BlankRanges.Read(file, Name).ToArray(), file.Span, "blanks");
                break;
            case State:
                // The checksum would stop every change.
                byte[] state = [.. file.Span, .. SHA256.HashData(file.Span)];
                Require.Same(TileLogState.Read(state, Name).ToArray(), state, "a state");
                break;
            default:
                throw new InvalidDataException("no such file");
        }
    }
}
