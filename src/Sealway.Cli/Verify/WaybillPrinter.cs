namespace Sealway.Cli.Verify;

using System.Globalization;
using Sealway.Fleet;
using Sealway.Messages;

/// <summary>Tells a verified waybill's way: who signed, who logged, who countersigned, when, and what could not be checked.</summary>
internal static class WaybillPrinter
{
    public static void Print(WaybillReport report, TextWriter output)
    {
        foreach (WaybillEntry entry in report.Entries)
        {
            Print(entry, report, output);
        }

        output.WriteLine($"  as of       registry {report.Registry} of {report.RegistrySize} entries, head signed by {report.RegistryWriter.Role.Word()} {report.RegistryWriter.Name}, {Seconds(report.RegistrySeconds)}");
        foreach (WaybillWitness witness in report.RegistryWitnesses)
        {
            output.WriteLine($"              countersigned by {witness.Party.Role.Word()} {witness.Party.Name}, {Seconds(witness.Seconds)}");
        }

        output.WriteLine($"  revocations known completely through {Milliseconds(report.RevocationsThrough)}");
        foreach (string sentence in report.NotChecked)
        {
            output.WriteLine($"  not checked {sentence}");
        }
    }

    private static void Print(WaybillEntry entry, WaybillReport report, TextWriter output)
    {
        Judged judged = entry.Judged;
        string validity = judged.Verdict.Validity.ToString().ToLowerInvariant();
        output.WriteLine($"{(judged.Reading is null ? "entry" : "reading")} {report.Log} #{entry.Index}: {validity}, {(judged.Reading is null ? string.Empty : judged.Verdict.Freshness.ToString().ToLowerInvariant() + ", ")}{(entry.IsFinal ? "final" : "provisional")}");
        if (judged.Reading is { } reading)
        {
            foreach (Measurement measurement in reading.Measurements)
            {
                ulong measured = measurement.MeasuredAt(judged.At);
                output.WriteLine($"  measured    {measurement.Name} {measurement.Value} {measurement.Unit}, {Milliseconds(measured)}");
            }
        }
        else if (judged.Event is { } statement)
        {
            output.WriteLine($"  states      {statement.Type}");
        }

        if (entry.Signer is { } signer)
        {
            string subject = entry.Assignment is { } assignment ? $", assigned to {assignment.Gateway}, {assignment.Subject}" : string.Empty;
            output.WriteLine($"  signed      by {signer.Role.Word()} {signer.Name} (key {signer.Kid}), its number {judged.Verdict.Number}{subject}");
        }

        output.WriteLine($"  logged      by {report.Writer.Role.Word()} {report.Writer.Name} (key {report.Writer.Kid}), {Milliseconds(judged.At)} by its clock, in a tree of {report.LogSize} signed {Seconds(report.LogSeconds)}");
        foreach (WaybillWitness witness in report.Witnesses)
        {
            string counts = witness.Counts ? string.Empty : "; does not count: its key was withdrawn by then";
            string holds = witness.From <= entry.Index ? "held" : "not held";
            output.WriteLine($"  countersigned by {witness.Party.Role.Word()} {witness.Party.Name} (key {witness.Party.Kid}), {Seconds(witness.Seconds)}, entry {holds}{counts}");
        }

        if (entry.NotAfterSeconds is { } notAfter)
        {
            // The countersignature's second has passed at its end.
            output.WriteLine($"  so          it existed by {Seconds(notAfter + 1)}");
        }

        if (entry.MisdatedMilliseconds > 0)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  misdated    its own time is {entry.MisdatedMilliseconds / 1000} s after it was there already: the writer's clock was ahead, or says what is not so"));
        }
    }

    private static string Seconds(ulong seconds) =>
        DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(seconds, 253_402_300_799)).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Milliseconds(ulong milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(milliseconds, 253_402_300_799_999)).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
