namespace Sealway.Fleet.Tests.VectorFiles;

using System.Text.Json.Nodes;

/// <summary>A verdict, in the words of the vectors.</summary>
internal static class VerdictSays
{
    public static JsonObject Of(Judged judged)
    {
        Verdict verdict = judged.Verdict;
        JsonObject says = new() { ["verdict"] = verdict.Validity.ToString().ToLowerInvariant() };
        if (verdict.Reason != Refusal.None)
        {
            says["reason"] = verdict.Reason.ToString();
        }

        if (judged.Reading is not null && verdict.Sensor is { } sensor)
        {
            says["sensor"] = sensor.ToString();
            says["number"] = verdict.Number!.Value.ToString();
            if (verdict.Validity is Validity.Valid or Validity.Doubtful)
            {
                says["freshness"] = verdict.Freshness.ToString().ToLowerInvariant();
                says["gap"] = verdict.Gap.FirstSeen ? "first" : verdict.Gap.BootChanged ? "boot" : null;
                says["missing"] = verdict.Gap.Missing;
            }
        }

        if (verdict.ClockWentBack)
        {
            says["clockWentBack"] = true;
        }

        return says;
    }
}
