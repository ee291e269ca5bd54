namespace Sealway.Links;

using System.Collections.Concurrent;

/// <summary>
/// How often one applicant may ask for a certificate: a few times at once, for who lost an answer or retries, and then as often as its life calls for. Who asks has
/// shown a certificate, so that there are no more applicants than parties and devices.
/// </summary>
/// <param name="burst">How many requests may come at once.</param>
/// <param name="every">In which time one more may come.</param>
/// <param name="time">The clock.</param>
internal sealed class EstPace(int burst, TimeSpan every, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _full = new(StringComparer.Ordinal);

    /// <summary>Takes one request's place.</summary>
    /// <returns>Zero; or how long to wait, and then nothing was taken.</returns>
    internal TimeSpan Take(string applicant)
    {
        DateTimeOffset now = time.GetUtcNow();
        TimeSpan wait = TimeSpan.Zero;
        _full.AddOrUpdate(
            applicant,
            _ => now + every,
            (_, until) =>
            {
                // The time at which all places are free again, as a leaky bucket keeps it.
                DateTimeOffset next = (until > now ? until : now) + every;
                wait = next - now - (every * burst);
                return wait > TimeSpan.Zero ? until : next;
            });
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }
}
