namespace Sealway.Messages.Tests;

using System.Security.Cryptography;
using System.Security.Cryptography.Cose;
using Xunit;

/// <summary>The base library's COSE, written by others, reads and verifies what Sealway signs, and the other way round.</summary>
public class BaseLibraryCoseTests
{
    [Fact]
    public void Readings_and_heads_decode_and_verify_there()
    {
        Reading reading = ValidMessages.Reading(1041, ValidMessages.Hr(), answer: true);
        CoseSign1Message message = CoseMessage.DecodeSign1(reading.Bytes.Span);
        using ECDsa sensor = ECDsa.Create(Parties.Signer("sensor").PublicKey.Parameters());
        Assert.True(message.VerifyEmbedded(sensor));
        Assert.Equal(reading.Signed.Payload.ToArray(), message.Content!.Value.ToArray());
        Assert.Equal(reading.Kid.ToArray(), message.ProtectedHeaders.GetValueAsBytes(CoseHeaderLabel.KeyIdentifier));
        Assert.Empty(message.UnprotectedHeaders);

        Head head = ValidMessages.Head();
        CoseSign1Message state = CoseMessage.DecodeSign1(head.Bytes.Span);
        using ECDsa gateway = ECDsa.Create(Parties.Signer("gateway").PublicKey.Parameters());
        Assert.True(state.VerifyEmbedded(gateway));
        Assert.Equal(head.Root.ToArray(), state.Content!.Value.ToArray());
        Assert.False(state.VerifyEmbedded(sensor));
    }

    [Fact]
    public void Statements_and_commands_verify_there_with_their_place()
    {
        Entry entry = Statement.Sign(Parties.Signer("authority"), LogId.Parse(ValidMessages.Registry), 5, ValidMessages.At, new Assignment(Parties.Signer("sensor").PublicKey.Kid, "ward-3", "patient-81c0", ValidMessages.At));
        CoseSign1Message statement = CoseMessage.DecodeSign1(entry.Body.Span);
        using ECDsa authority = ECDsa.Create(Parties.Signer("authority").PublicKey.Parameters());
        byte[] place = WireWriter.Write(cbor =>
        {
            cbor.WriteStartArray(5);
            cbor.WriteTextString("Sealway statement");
            cbor.WriteTextString(ValidMessages.Registry);
            cbor.WriteInt32(5);
            cbor.WriteInt32(17);
            cbor.WriteUInt64(ValidMessages.At);
            cbor.WriteEndArray();
        });
        Assert.True(statement.VerifyEmbedded(authority, place));
        Assert.False(statement.VerifyEmbedded(authority));

        Command command = Command.Sign(Parties.Signer("app"), LogId.Parse(ValidMessages.Home), ValidMessages.SetTarget());
        using ECDsa app = ECDsa.Create(Parties.Signer("app").PublicKey.Parameters());
        byte[] context = [0x82, 0x6F, .. "Sealway command"u8, 0x6B, .. "home-k2f9/1"u8];
        Assert.True(CoseMessage.DecodeSign1(command.Bytes.Span).VerifyEmbedded(app, context));
    }

    [Fact]
    public void A_receipt_verifies_there_over_the_root_that_its_proof_leads_to()
    {
        Head head = ValidMessages.Head();
        Receipt receipt = Receipt.Create(head, [ValidMessages.Countersign(head)], [new InclusionProof(2, 0, [ValidMessages.Hash(1)])]);
        CoseSign1Message message = CoseMessage.DecodeSign1(receipt.ToArray());
        using ECDsa gateway = ECDsa.Create(Parties.Signer("gateway").PublicKey.Parameters());
        Assert.Null(message.Content);
        Assert.True(message.VerifyDetached(gateway, head.Root.Span));
    }

    [Fact]
    public void A_reading_signed_there_is_accepted_here_once_its_signature_is_low()
    {
        using ECDsa sensor = ECDsa.Create();
        sensor.ImportFromPem(Parties.Signer("sensor").ToPem());
        Reading model = ValidMessages.Reading(7, ValidMessages.Hr());
        CoseSigner signer = new(sensor, HashAlgorithmName.SHA256);
        signer.ProtectedHeaders.Add(CoseHeaderLabel.KeyIdentifier, CoseHeaderValue.FromBytes(model.Kid.ToArray()));
        signer.ProtectedHeaders.Add(new CoseHeaderLabel(15), CoseHeaderValue.FromEncodedValue([0xA1, 0x07, 0x48, .. model.Number.ToArray()]));
        byte[] bytes = CoseSign1Message.SignEmbedded(model.Signed.Payload.ToArray(), signer);
        EcdsaOrder.MakeLow(bytes.AsSpan(bytes.Length - 64));
        Reading reading = Reading.FromUntrusted(bytes);
        reading.Verify(Parties.Signer("sensor").PublicKey);
        Assert.Equal(model.Signed.Protected.ToArray(), reading.Signed.Protected.ToArray());
    }

    [Fact]
    public void A_critical_header_that_passes_there_is_refused_here()
    {
        using ECDsa sensor = ECDsa.Create();
        sensor.ImportFromPem(Parties.Signer("sensor").ToPem());
        CoseSigner signer = new(sensor, HashAlgorithmName.SHA256);
        signer.ProtectedHeaders.Add(CoseHeaderLabel.CriticalHeaders, CoseHeaderValue.FromEncodedValue([0x81, 0x18, 0x63]));
        signer.ProtectedHeaders.Add(new CoseHeaderLabel(99), CoseHeaderValue.FromInt32(1));
        byte[] bytes = CoseSign1Message.SignEmbedded(ValidMessages.Reading(7, ValidMessages.Hr()).Signed.Payload.ToArray(), signer);
        Assert.True(CoseMessage.DecodeSign1(bytes).VerifyEmbedded(sensor));
        Assert.Equal(Refusal.UnexpectedHeader, Assert.Throws<MessageException>(() => Reading.FromUntrusted(bytes)).Reason);
    }
}
