namespace Sealway.Fleet;

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sealway.Messages;

/// <summary>
/// Decides who gets a TLS certificate over the network, and issues it: to a device that shows its factory certificate, and to a party that shows its present
/// one. Whom the certificate names comes from the registry and from what the fleet recorded; of the request only the key counts, whose holder signed it.
/// </summary>
/// <param name="registry">The registry now, read for this decision.</param>
/// <param name="devices">The devices that were admitted.</param>
/// <param name="issuer">Issues.</param>
/// <param name="rules">By what rules.</param>
/// <param name="time">The clock.</param>
public sealed class EnrolmentDesk(Func<CancellationToken, Task<RegistryView>> registry, AdmittedDevices devices, CertificateIssuer issuer, EnrolmentRules rules, TimeProvider time)
{
    /// <summary>The certificate that issues, for <c>cacerts</c>.</summary>
    public X509Certificate2 Authority => issuer.Certificate;

    /// <summary>Gives a device its first certificate, or a new one where it lost the last.</summary>
    /// <param name="device">The device, as its factory certificate was judged.</param>
    /// <param name="shown">That certificate.</param>
    /// <param name="request">PKCS#10 in DER.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The certificate; the caller disposes it.</returns>
    /// <exception cref="MessageException">
    /// <see cref="Refusal.UnknownKey"/>: not admitted; <see cref="Refusal.Contradiction"/>: admitted with another key; <see cref="Refusal.Revoked"/>;
    /// <see cref="Refusal.RegistryStale"/>; and what <see cref="SigningRequest.FromUntrusted"/> refuses.
    /// </exception>
    public async Task<X509Certificate2> EnrolAsync(FactoryIdentity device, X509Certificate2 shown, ReadOnlyMemory<byte> request, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        RegistryView view = await registry(ct).ConfigureAwait(false);
        if (IsStale(view))
        {
            throw new MessageException(Refusal.RegistryStale, "the registry's latest status is too old to enrol anyone new; run the registrar, or: sealway fleet status");
        }

        AdmittedDevice admitted = devices.Find(device.Factory, device.Serial)
            ?? throw new MessageException(Refusal.UnknownKey, $"{device} was not admitted to this fleet; the authority does it with: sealway fleet admit");
        if (device.Kid is { } kid && kid != admitted.Kid)
        {
            throw new MessageException(Refusal.Contradiction, $"{device} has the signing key {kid}, and was admitted with {admitted.Kid}");
        }

        Party party = Standing(view, admitted.Kid);
        return Issue(view, party, shown, SigningRequest.FromUntrusted(request.Span), admitted.Hosts, admitted.Addresses);
    }

    /// <summary>Gives a party its next certificate, with the names of the present one. That the registry is old is no reason to refuse: a renewal brings no new trust.</summary>
    /// <param name="kid">The party's signing key, as its certificate was judged.</param>
    /// <param name="role">Its role there.</param>
    /// <param name="present">The certificate that it showed.</param>
    /// <param name="request">PKCS#10 in DER, with the same subject and alternative names (RFC 7030 section 4.2.2).</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The certificate; the caller disposes it.</returns>
    /// <exception cref="MessageException">
    /// <see cref="Refusal.UnknownKey"/>, <see cref="Refusal.Revoked"/>, <see cref="Refusal.WrongRole"/>; <see cref="Refusal.Contradiction"/>: the request asks for other names;
    /// and what <see cref="SigningRequest.FromUntrusted"/> refuses.
    /// </exception>
    public async Task<X509Certificate2> RenewAsync(Kid kid, Role role, X509Certificate2 present, ReadOnlyMemory<byte> request, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(present);
        RegistryView view = await registry(ct).ConfigureAwait(false);
        Party party = Standing(view, kid);
        if (party.Role != role || role is Role.Authority)
        {
            throw new MessageException(Refusal.WrongRole, $"the registry enrolled the key {kid} as {party.Role.Word()}, and the certificate says {role.Word()}");
        }

        SigningRequest read = SigningRequest.FromUntrusted(request.Span);
        if (!read.Names(present) || present.GetNameInfo(X509NameType.SimpleName, forIssuer: false) != party.Name)
        {
            throw new MessageException(Refusal.Contradiction, "who renews must ask for the subject and the alternative names of the present certificate, no more and no fewer (RFC 7030 section 4.2.2)");
        }

        (IReadOnlyList<string> hosts, IReadOnlyList<IPAddress> addresses) = CertificateNames.Of(present);
        return Issue(view, party, present, read, hosts, addresses);
    }

    private static Party Standing(RegistryView view, Kid kid)
    {
        Party party = view.Find(kid) ?? throw new MessageException(Refusal.UnknownKey, $"the key {kid} is not enrolled in the registry");

        // Withdrawn from a later time on counts too: nothing is issued to a key that is on its way out.
        return view.WithdrawalOf(kid) is null
            ? party
            : throw new MessageException(Refusal.Revoked, $"{party.Role.Word()} {party.Name}: the key {kid} was revoked or replaced; enrol the party anew with a new key");
    }

    private X509Certificate2 Issue(RegistryView view, Party party, X509Certificate2 shown, SigningRequest request, IReadOnlyList<string> hosts, IReadOnlyList<IPAddress> addresses)
    {
        // One key, one use, one certificate: a TLS key is none that signs messages, none of a factory, and not the last one again.
        if (request.IsKeyOf(shown) || view.Find(request.Key.Kid) is not null || view.AgreementKids.Contains(request.Key.Kid))
        {
            throw new MessageException(Refusal.BadKey, "the request is for a key that is in use; make a new key for each certificate");
        }

        using ECDsa key = request.ToEcdsa();
        return issuer.Issue(key, new CertificateSubject(party.Name, party.Kid, party.Role, hosts, addresses), rules.Validity);
    }

    /// <summary>Whether the registry is too old to enrol anyone new.</summary>
    /// <param name="view">The registry.</param>
    public bool IsStale(RegistryView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        ulong now = (ulong)Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds());
        ulong word = view.LatestStatus?.ThroughMilliseconds ?? 0;
        return now > word && now - word > (ulong)rules.StaleAfter.TotalMilliseconds;
    }
}
