namespace Sealway.TlsCheck.Probing;

using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>Finds every suite of a version by offering all and taking away what was chosen, until the server refuses the rest.</summary>
/// <param name="probe">Asks.</param>
internal sealed class SuiteProbe(HelloProbe probe)
{
    /// <summary>How many are offered at once: some servers take no more.</summary>
    public const int AtOnce = 100;

    /// <summary>Whether a version is offered, and with which suites.</summary>
    /// <param name="version">SSL 3 or later.</param>
    /// <param name="all">Every suite; otherwise only until one is accepted.</param>
    public async Task<VersionSeen> RunAsync(ProtocolVersion version, bool all)
    {
        VersionSeen seen = new(version) { Offered = Answer.No, SuitesComplete = all };
        int chunksWithSome = 0;
        foreach (CipherSuite[] chunk in CipherSuites.For(version).Chunk(AtOnce))
        {
            int before = seen.Suites.Count;
            bool more = await ChunkAsync(seen, [.. chunk], all).ConfigureAwait(false);
            chunksWithSome += seen.Suites.Count > before ? 1 : 0;
            if (!more)
            {
                break;
            }
        }

        if (seen.Suites.Count > 0)
        {
            seen.Offered = Answer.Yes;
        }

        if (all && seen.Offered == Answer.Yes)
        {
            await OrderAsync(seen, chunksWithSome > 1).ConfigureAwait(false);
        }

        return seen;
    }

    private async Task<bool> ChunkAsync(VersionSeen seen, List<CipherSuite> left, bool all)
    {
        while (left.Count > 0)
        {
            HelloAnswer answer = await probe.AskAsync(probe.Plan(seen.Version, left)).ConfigureAwait(false);
            if (answer.Open)
            {
                seen.SuitesComplete = false;
                seen.Why = answer.Why;
                seen.Offered = Answer.Undetermined;
                return false;
            }

            if (answer.Hello is not { } hello)
            {
                seen.Why ??= answer.Why;
                // What the server says of the version holds for all suites.
                return answer.Stop!.Alert is not AlertDescription.ProtocolVersion || seen.Suites.Count > 0;
            }

            if (hello.Version != seen.Version)
            {
                seen.Why = $"it answers with {hello.Version.Name()}";
                seen.SuitesComplete &= seen.Suites.Count == 0 || hello.Version < seen.Version;
                return false;
            }

            int at = left.FindIndex(suite => suite.Id == hello.Suite);
            if (at < 0)
            {
                seen.SuitesComplete = false;
                seen.Why = $"it chose {CipherSuites.Of(hello.Suite).Name}, which was not offered";
                return false;
            }

            seen.Suites.Add(left[at]);
            left.RemoveAt(at);
            if (!all)
            {
                return false;
            }
        }

        return true;
    }

    // Asked in one order and in the other: a server that decides chooses the same.
    private async Task OrderAsync(VersionSeen seen, bool piecemeal)
    {
        seen.Why = null;
        if (seen.Suites.Count < 2)
        {
            return;
        }

        HelloAnswer forth = await probe.AskAsync(probe.Plan(seen.Version, seen.Suites)).ConfigureAwait(false);
        HelloAnswer back = await probe.AskAsync(probe.Plan(seen.Version, seen.Suites.AsEnumerable().Reverse())).ConfigureAwait(false);
        seen.ServerOrder = forth.Hello is null || back.Hello is null ? Answer.Undetermined
            : forth.Hello.Suite == back.Hello.Suite ? Answer.Yes
            : Answer.No;
        if (seen.ServerOrder == Answer.Yes && piecemeal)
        {
            VersionSeen ordered = new(seen.Version) { SuitesComplete = true };
            await ChunkAsync(ordered, [.. seen.Suites], all: true).ConfigureAwait(false);
            if (ordered.Suites.Count == seen.Suites.Count)
            {
                seen.Suites.Clear();
                seen.Suites.AddRange(ordered.Suites);
            }
        }
    }
}
