namespace Sealway.TlsCheck.Judging;

using Sealway.TlsCheck.Reports;

/// <summary>What the old holes mean, by their names.</summary>
internal static class HoleRules
{
    private static readonly Dictionary<string, (Severity Severity, string Title, string Why, string Mend)> Known = new()
    {
        ["heartbleed"] = (Severity.Critical, "Heartbleed (CVE-2014-0160)", "Anybody can read the server's memory, its private key in it.", "Update OpenSSL, then replace keys, certificates and passwords."),
        ["ccs-injection"] = (Severity.High, "CCS injection (CVE-2014-0224)", "Somebody on the way can make both sides use a key that they know.", "Update OpenSSL."),
        ["robot"] = (Severity.High, "ROBOT (Bleichenbacher's oracle)", "The server's answers let an attacker decrypt recorded connections and sign in its name.", "Remove suites with RSA key exchange; update the TLS library or the box in front."),
        ["ticketbleed"] = (Severity.High, "Ticketbleed (CVE-2016-9244)", "31 bytes of the server's memory come with each answer.", "Update the load balancer, or turn session tickets off."),
        ["drown"] = (Severity.Critical, "DROWN (CVE-2016-0800)", "SSL 2 lets an attacker decrypt connections of every service with the same key.", "Turn SSL 2 off wherever this key is used."),
        ["poodle"] = (Severity.High, "POODLE (CVE-2014-3566)", "Padding in SSL 3 is not authenticated; cookies can be read byte for byte.", "Turn SSL 3 off."),
        ["freak"] = (Severity.High, "FREAK (CVE-2015-0204)", "Clients can be talked down to an RSA key of 512 bits.", "Remove EXPORT suites."),
        ["logjam"] = (Severity.High, "Logjam (CVE-2015-4000)", "The prime is so small, or clients can be talked down to one so small, that the exchange can be broken.", "Remove EXPORT suites; use ECDHE, or primes of 2048 bits."),
        ["sweet32"] = (Severity.Medium, "SWEET32 (CVE-2016-2183)", "Blocks of 64 bits repeat within a long connection.", "Remove 3DES, DES, IDEA and RC2 suites."),
        ["rc4"] = (Severity.High, "RC4 (CVE-2013-2566)", "Its output is biased.", "Remove RC4 suites."),
        ["beast"] = (Severity.Low, "BEAST (CVE-2011-3389)", "Initialisation vectors can be foreseen before TLS 1.1.", "Turn TLS 1.0 and SSL 3 off."),
        ["crime"] = (Severity.High, "CRIME (CVE-2012-4929)", "Compressed lengths tell secrets.", "Turn TLS compression off."),
        ["lucky13"] = (Severity.Info, "Lucky 13 may apply (CVE-2013-0169)", "CBC suites must hide the timing of their padding; whether this server does is not measured.", "Accept AEAD suites only."),
        ["starttls-injection"] = (Severity.High, "Plain text behind STARTTLS is carried out (CVE-2011-0411)", "Somebody on the way can put commands into a client's session.", "Update the mail server: it must drop what it read before TLS."),
    };

    // What is only a note does not decide.
    private static readonly string[] Notes = ["lucky13", "beast"];

    public static IEnumerable<Finding> Of(EndpointReport report)
    {
        foreach (HoleReport hole in report.Holes)
        {
            (Severity severity, string title, string why, string mend) = Known[hole.Id];
            if (hole.Vulnerable == Answer.Yes)
            {
                yield return Catalog.Make($"hole.{hole.Id}", severity, title, hole.Detail, why, mend, Notes.Contains(hole.Id) ? Catalog.None : Catalog.Both);
            }
            else if (hole.Vulnerable == Answer.Undetermined && !Notes.Contains(hole.Id))
            {
                yield return Catalog.Make("probe.hole-undetermined", Severity.Info, "A hole could not be told open or closed", $"{hole.Id}: {hole.Detail}",
                    "What could not be seen may be open.", "Check again from nearer by, or with another tool.", Catalog.None);
            }
        }
    }
}
