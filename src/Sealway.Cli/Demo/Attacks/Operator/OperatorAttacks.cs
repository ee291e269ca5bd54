namespace Sealway.Cli.Demo.Attacks;

using System.Collections.Concurrent;
using Sealway.Messages;

/// <summary>What can be tried by whoever operates the cloud.</summary>
internal static class OperatorAttacks
{
    public static IReadOnlyList<Attack> All()
    {
        OperatorTarget target = new();
        LiveTarget live = new();
        ConcurrentQueue<CommandSlot> relayed = new();
        return
        [
            new TamperedRows(target, "entries altered in the database", "follows-altered-rows", RowChanges.Altered),
            new TamperedRows(target, "entries deleted from the database", "follows-deleted-rows", RowChanges.Deleted),
            new TamperedRows(target, "entries swapped in the database", "follows-swapped-rows", RowChanges.Swapped),
            new TamperedRows(target, "entries truncated in the database", "follows-cut-rows", RowChanges.Truncated),
            new TamperedRows(target, "entries inserted into the database", "follows-inserted-rows", RowChanges.Inserted),
            new BeheadedRows(target),
            new TamperedAnswers(target, "entries altered towards a follower", "follows-altered", Tampering.Altered),
            new TamperedAnswers(target, "entries deleted towards a follower", "follows-deleted", Tampering.Deleted),
            new TamperedAnswers(target, "entries swapped towards a follower", "follows-swapped", Tampering.Swapped),
            new TamperedAnswers(target, "entries truncated towards a follower", "follows-cut", Tampering.Truncated),
            new BeheadedAnswers(target),
            new TamperedAnswers(target, "entries inserted towards a follower", "follows-inserted", Tampering.Inserted),
            new StrippedTowardsGateway(target, live),
            new StrippedTowardsFollower(target),
            new ReplayedCountersignatures(target),
            new WithheldRevocation(target),
            new WithheldAssignment(target),
            new WithheldEpoch(target, relayed),
            new SwappedKey(target),
            new MovedAssignment(target),
            new TwoHistories(target),
            new OldHead(target, live),
            new MadeUpStart(target),
            new LostByCloud(target, live),
            new PretendedToHold(target),
            new HaltedCloud(target, live),
            new OpenedSealedEntries(target, relayed),
            new FalseAlarm(target),
            new SuppressedAlarm(target),
        ];
    }
}
