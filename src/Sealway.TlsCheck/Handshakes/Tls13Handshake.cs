namespace Sealway.TlsCheck.Handshakes;

using System.Security.Cryptography;
using Sealway.TlsCheck.Keys;
using Sealway.TlsCheck.Probing;
using Sealway.TlsCheck.Reports;
using Sealway.TlsCheck.Suites;
using Sealway.TlsCheck.Wire;

/// <summary>A whole handshake of TLS 1.3 from the client's side (RFC 8446 section 2).</summary>
/// <param name="connection">A fresh connection.</param>
/// <param name="shares">Our keys.</param>
/// <param name="credential">What we show when asked, or null.</param>
internal sealed class Tls13Handshake(ProbeConnection connection, KeyShares shares, ClientCredential? credential)
{
    private byte[] _transcript = [];
    private byte[] _resumption = [];
    private KeySchedule? _schedule;

    /// <summary>Runs it as far as it goes; with <paramref name="finish"/> to its end, else until the server's Finished.</summary>
    public async Task<HandshakeResult> RunAsync(HelloPlan plan, bool finish)
    {
        HandshakeResult result = new();
        try
        {
            await HelloAsync(plan, result).ConfigureAwait(false);
            await FlightAsync(result, finish).ConfigureAwait(false);
        }
        catch (PeerStopException stop)
        {
            result.Stop = stop;
        }
        catch (MalformedException wrong)
        {
            result.Stop = ProbeConnection.Malformed(wrong.Message);
        }

        return result;
    }

    /// <summary>Reads what comes after the handshake until an end, and keeps the tickets.</summary>
    /// <param name="result">Gets the tickets.</param>
    /// <param name="most">As many tickets as are wanted.</param>
    /// <returns>Application data, if any came first.</returns>
    public async Task<byte[]?> ReadAfterAsync(HandshakeResult result, int most)
    {
        HandshakeBuffer messages = new();
        while (result.Tickets.Count < most)
        {
            TlsRecord record = await connection.ReadRecordAsync().ConfigureAwait(false);
            if (record.Type == ContentType.ApplicationData)
            {
                return record.Body;
            }

            ProbeConnection.Parsed(() =>
            {
                messages.Add(record.Body);
                return true;
            });
            while (ProbeConnection.Parsed(messages.Next) is { } message)
            {
                if (message.Type == HandshakeType.NewSessionTicket)
                {
                    result.Tickets.Add(ProbeConnection.Parsed(() => Ticket(message.Body)));
                }
            }
        }

        return null;
    }

    /// <summary>The hello for a pre-shared key, its binder filled in.</summary>
    public static HandshakeMessage WithBinder(HelloPlan plan, PskTicket ticket, CipherSuite suite)
    {
        KeySchedule schedule = new(suite.Hash, ticket.Key);
        int size = ticket.Key.Length;
        byte[] raw = ClientHello.Write(plan with { PreSharedKey = (ticket.Identity, ticket.AgeAdd, size) }).Raw;
        int binders = 2 + 1 + size;
        byte[] hash = CryptographicOperations.HashData(suite.Hash, raw.AsSpan(0, raw.Length - binders));
        schedule.FinishedMac(schedule.BinderKey(), hash).CopyTo(raw, raw.Length - size);
        return new HandshakeMessage(HandshakeType.ClientHello, raw);
    }

    private async Task HelloAsync(HelloPlan plan, HandshakeResult result)
    {
        connection.SkipsChangeCipherSpec = true;
        HandshakeMessage hello = ClientHello.Write(plan);
        _transcript = hello.Raw;
        await connection.SendAsync(ContentType.Handshake, hello.Raw, HelloProbe.RecordVersion(plan.Version)).ConfigureAwait(false);
        ServerHello answer = await AnswerAsync().ConfigureAwait(false);
        if (answer.IsRetry)
        {
            result.Retry = answer;
            ushort group = answer.Group ?? plan.KeyShares[0].Group;
            if (!KeyShares.Knows(group))
            {
                throw ProbeConnection.Malformed($"it asks for a key of {NamedGroups.Of(group).Name}, which cannot be made here");
            }

            // What came so far stands in the transcript as its hash (RFC 8446 section 4.4.1).
            HashAlgorithmName hash = CipherSuites.Of(answer.Suite).Hash;
            byte[] retry = _transcript[hello.Raw.Length..];
            _transcript = [.. HandshakeMessage.Of(HandshakeType.MessageHash, CryptographicOperations.HashData(hash, hello.Raw)).Raw, .. retry];
            HelloPlan again = plan with
            {
                KeyShares = [shares.Of(group)],
                Cookie = answer.Extensions.Body(ExtensionType.Cookie) is { } cookie ? new WireReader(cookie).Vector16().ToArray() : null,
            };
            HandshakeMessage second = ClientHello.Write(again);
            _transcript = [.. _transcript, .. second.Raw];
            await connection.SendAsync(ContentType.ChangeCipherSpec, new byte[] { 1 }, ProtocolVersion.Tls12).ConfigureAwait(false);
            await connection.SendAsync(ContentType.Handshake, second.Raw, ProtocolVersion.Tls12).ConfigureAwait(false);
            answer = await AnswerAsync().ConfigureAwait(false);
            if (answer.IsRetry)
            {
                throw ProbeConnection.Malformed("a second HelloRetryRequest");
            }
        }

        result.Hello = answer;
        if (answer.Version != ProtocolVersion.Tls13 || !CipherSuites.Of(answer.Suite).IsTls13)
        {
            throw ProbeConnection.Malformed($"it answers with {answer.Version.Name()}");
        }
    }

    private async Task FlightAsync(HandshakeResult result, bool finish)
    {
        ServerHello hello = result.Hello!;
        CipherSuite suite = result.Suite!;
        KeySchedule schedule = new(suite.Hash);
        _schedule = schedule;
        schedule.Agree(shares.Agree(hello.Group ?? throw ProbeConnection.Malformed("a ServerHello without a key share"), hello.Share()));
        byte[] client = schedule.Derive(schedule.Handshake, "c hs traffic", Hash());
        byte[] server = schedule.Derive(schedule.Handshake, "s hs traffic", Hash());
        connection.Opener = new Tls13Records(suite, server);
        await ReadFlightAsync(result, schedule, server).ConfigureAwait(false);
        byte[] afterServer = Hash();
        if (!finish)
        {
            return;
        }

        await connection.SendAsync(ContentType.ChangeCipherSpec, new byte[] { 1 }, ProtocolVersion.Tls12).ConfigureAwait(false);
        connection.Sealer = new Tls13Records(suite, client);
        MemoryStream ours = new();
        if (result.Demand is { } demand)
        {
            (ushort Scheme, byte[] Signature)? signed = null;
            byte[] list = CertificateList.Write(credential?.Chain ?? [], tls13: true);
            list = demand.Context.Length > 0 ? new WireWriter().Vector8(demand.Context).Bytes(list.AsSpan(1)).ToArray() : list;
            byte[] certificate = HandshakeMessage.Of(HandshakeType.Certificate, list).Raw;
            ours.Write(certificate);
            _transcript = [.. _transcript, .. certificate];
            signed = credential?.Sign(demand.Schemes, SignatureCheck.Tls13Content(Hash(), server: false));
            if (signed is { } proof)
            {
                byte[] verify = HandshakeMessage.Of(HandshakeType.CertificateVerify, new WireWriter().Short(proof.Scheme).Vector16(proof.Signature).ToArray()).Raw;
                ours.Write(verify);
                _transcript = [.. _transcript, .. verify];
                result.Showed = true;
            }
            else if (credential is not null)
            {
                throw ProbeConnection.Malformed("the server takes no signature that the client certificate's key can make");
            }
        }

        byte[] finished = HandshakeMessage.Of(HandshakeType.Finished, schedule.FinishedMac(client, Hash())).Raw;
        ours.Write(finished);
        await connection.SendAsync(ContentType.Handshake, ours.ToArray(), ProtocolVersion.Tls12).ConfigureAwait(false);
        connection.Sealer = new Tls13Records(suite, schedule.Derive(schedule.Master, "c ap traffic", afterServer));
        connection.Opener = new Tls13Records(suite, schedule.Derive(schedule.Master, "s ap traffic", afterServer));
        _transcript = [.. _transcript, .. finished];
        _resumption = schedule.Derive(schedule.Master, "res master", Hash());
        result.Completed = true;
    }

    private async Task ReadFlightAsync(HandshakeResult result, KeySchedule schedule, byte[] serverSecret)
    {
        while (true)
        {
            byte[] before = Hash();
            HandshakeMessage message = await connection.ReadMessageAsync().ConfigureAwait(false);
            _transcript = [.. _transcript, .. message.Raw];
            switch (message.Type)
            {
                case HandshakeType.EncryptedExtensions:
                    result.Encrypted = ProbeConnection.Parsed(() =>
                    {
                        WireReader reader = new(message.Body);
                        return Extensions.Read(ref reader);
                    });
                    break;
                case HandshakeType.CertificateRequest when result.Demand is null:
                    result.Demand = ProbeConnection.Parsed(() => CertificateDemand.Read(message.Body, ProtocolVersion.Tls13));
                    break;
                case HandshakeType.Certificate when result.Certificates is null:
                    result.Certificates = ProbeConnection.Parsed(() => CertificateList.Read(message.Body, tls13: true));
                    break;
                case HandshakeType.CertificateVerify when result.Certificates is { Certificates.Count: > 0 } certificates && result.Scheme is null:
                    ProbeConnection.Parsed(() =>
                    {
                        WireReader reader = new(message.Body);
                        ushort scheme = reader.Short();
                        byte[] signature = reader.Vector16().ToArray();
                        reader.RequireEnd("CertificateVerify");
                        result.Scheme = scheme;
                        result.SignatureVerified = SignatureCheck.Verify(certificates.Certificates[0], scheme, SignatureCheck.Tls13Content(before, server: true), signature, tls13: true);
                        return true;
                    });
                    break;
                case HandshakeType.Finished:
                    result.FlightWhole = CryptographicOperations.FixedTimeEquals(schedule.FinishedMac(serverSecret, before), message.Body);
                    if (!result.FlightWhole)
                    {
                        throw ProbeConnection.Malformed("its Finished does not fit the handshake");
                    }

                    return;
                default:
                    throw ProbeConnection.Malformed($"handshake message {message.Type} in the server's flight");
            }
        }
    }

    private async Task<ServerHello> AnswerAsync()
    {
        HandshakeMessage message = await connection.ReadMessageAsync().ConfigureAwait(false);
        _transcript = [.. _transcript, .. message.Raw];
        return message.Type == HandshakeType.ServerHello
            ? ProbeConnection.Parsed(() => ServerHello.Read(message.Body))
            : throw ProbeConnection.Malformed($"handshake message {message.Type} where ServerHello is due");
    }

    private byte[] Hash() => CryptographicOperations.HashData(_schedule!.Hash, _transcript);

    private PskTicket Ticket(ReadOnlySpan<byte> body)
    {
        WireReader reader = new(body);
        reader.Word();
        uint add = reader.Word();
        byte[] nonce = reader.Vector8().ToArray();
        byte[] identity = reader.Vector16().ToArray();
        Extensions extensions = Extensions.Read(ref reader);
        reader.RequireEnd("NewSessionTicket");
        uint early = extensions.Body(ExtensionType.EarlyData) is { Length: 4 } size ? new WireReader(size).Word() : 0;
        return new PskTicket(identity, add, _schedule!.TicketKey(_resumption, nonce), early);
    }
}
