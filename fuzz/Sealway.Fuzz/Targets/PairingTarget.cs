namespace Sealway.Fuzz.Targets;

using System.Text;
using Sealway.Fuzz.Fixtures;
using Sealway.Fuzz.Oracles;
using Sealway.Fuzz.Running;
using Sealway.Links;
using Sealway.Messages;

internal sealed class PairingTarget : FuzzTarget
{
    public override string Name => "pairing";

    public override string Why => "a stranger's pairing request or code, a hostile gateway's answer: written again they are read alike; keys and label are refused by name";

    public override int MostBytes => PairingRequest.MostBytes + 4;

    public override int AllocatedPerByte => 256;

    public override IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors)
    {
        string key = Convert.ToHexStringLower(FuzzFleet.App.PublicKey.ToCoseKey());
        byte[] request = PairingJson.Write(new PairingRequest(new string('a', 32), key, key, "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----", "Küche"));
        byte[] answer = PairingJson.Write(new PairingAnswer("app-1", "home", FuzzFleet.Authority.PublicKey.ToPem(), "pem", "pem", "home-k2f9/1", "authority/0", "cloud:8443", "home-k2f9", true));
        string code = $"sealway-pair:[::1]:8444:{new string('0', 64)}:{new string('f', 32)}";
        return [request, answer, Encoding.ASCII.GetBytes(code), "sealway-pair:gateway.local:1:"u8.ToArray(), "{\"secret\":\"\\ud800\"}"u8.ToArray()];
    }

    public override void Decode(ReadOnlyMemory<byte> input)
    {
        Code(Encoding.UTF8.GetString(input.Span));
        if (Require.Accepted(() => PairingJson.Read<PairingAnswer>(input.Span)) is { } answer)
        {
            byte[] written = PairingJson.Write(answer);
            Require.That(written.Length > PairingRequest.MostBytes || PairingJson.Read<PairingAnswer>(written) == answer, "a pairing answer written again says something else");
            Require.Accepted(() => PublicKey.FromPem(answer.AuthorityPub, KeyUse.Sign));
            _ = LogId.TryParse(answer.Log, out _);
            _ = HostPort.TryParse(answer.CloudHttps, out _);
        }

        PairingRequest request = PairingJson.Read<PairingRequest>(input.Span);
        byte[] again = PairingJson.Write(request);
        Require.That(again.Length > PairingRequest.MostBytes || PairingJson.Read<PairingRequest>(again) == request, "a pairing request written again says something else");
        Require.Accepted(request.ReadSigningKey);
        Require.Accepted(request.ReadAgreementKey);
        Require.Accepted(request.ReadLabel);
    }

    private static void Code(string text)
    {
        if (PairingCode.TryParse(text, out PairingCode? code))
        {
            Require.That(PairingCode.TryParse(code.Show(), out PairingCode? again) && again.Show() == code.Show(), "a pairing code that is not read as it is shown");
        }
    }
}
