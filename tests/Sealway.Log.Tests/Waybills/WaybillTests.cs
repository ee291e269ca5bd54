namespace Sealway.Log.Tests.Waybills;

using System.Formats.Cbor;

public sealed class WaybillTests : StoreFixture
{
    private static readonly SigningKey Cloud = SigningKey.Generate();
    private static readonly SigningKey Archive = SigningKey.Generate();

    [Fact]
    public async Task Several_entries_share_a_receipt_that_leads_to_their_head()
    {
        Evidence evidence = await Make(700, [650, 3, 299, 3, 0], 50);
        Assert.Equal([0, 3, 299, 650], Enumerable.Range(0, 4).Select(evidence.IndexOf));
        evidence.Verify(Keys);
        Assert.Equal(2, evidence.Receipt.Countersignatures.Count);
        Assert.Equal(Body(299), Entry.FromUntrusted(evidence.Entries[2]).Body.ToArray());
        Waybill waybill = new(evidence, evidence);
        Waybill again = Waybill.FromUntrusted(waybill.ToArray());
        again.Log.Verify(Keys);
        Assert.Equal(waybill.ToArray(), again.ToArray());
    }

    [Fact]
    public async Task The_first_head_that_the_archive_countersigned_is_taken()
    {
        using LogWriter writer = Writer();
        await Fill(writer, 50);
        Assert.Equal(20ul, (await WaybillMaker.EvidenceAsync(Store, Sample.Log, [12], null, Ct))!.Claims.Size);
        Assert.Equal(20ul, (await WaybillMaker.EvidenceAsync(Store, Sample.Log, [12], Archive.PublicKey.Kid, Ct))!.Claims.Size);
        await Countersign(40);
        Evidence evidence = (await WaybillMaker.EvidenceAsync(Store, Sample.Log, [12], Archive.PublicKey.Kid, Ct))!;
        Assert.Equal(40ul, evidence.Claims.Size);
        evidence.Verify(Keys);
        Assert.Null(await WaybillMaker.EvidenceAsync(Store, Sample.Log, [50], null, Ct));
        Assert.Equal(Refusal.UnknownKey, Assert.Throws<MessageException>(() => evidence.Verify(kid => kid == Archive.PublicKey.Kid ? null : Keys(kid))).Reason);
        Assert.Equal(Refusal.UnknownKey, Assert.Throws<MessageException>(() => evidence.Verify(kid => kid == Sample.Key.PublicKey.Kid ? null : Keys(kid))).Reason);
    }

    [Fact]
    public async Task Entry_0_is_proven_from_size_2_on()
    {
        using LogWriter writer = Writer();
        await Fill(writer, 1);
        Assert.Null(await WaybillMaker.EvidenceAsync(Store, Sample.Log, [0], null, Ct));
        await Fill(writer, 1);
        (await WaybillMaker.EvidenceAsync(Store, Sample.Log, [0], null, Ct))!.Verify(Keys);
    }

    [Fact]
    public async Task A_blank_has_no_evidence_and_its_neighbours_keep_theirs()
    {
        using LogWriter writer = Writer();
        await Fill(writer, 10);
        await Store.Blank(Sample.Log, 4, 5, Ct);
        Assert.Equal(Refusal.UnexpectedBlank, (await Assert.ThrowsAsync<MessageException>(() => WaybillMaker.EvidenceAsync(Store, Sample.Log, [3, 4], null, Ct))).Reason);
        (await WaybillMaker.EvidenceAsync(Store, Sample.Log, [3, 5], null, Ct))!.Verify(Keys);
        Assert.Equal(Refusal.WrongCount, (await Assert.ThrowsAsync<MessageException>(() => WaybillMaker.EvidenceAsync(Store, Sample.Log, [], null, Ct))).Reason);
    }

    [Fact]
    public async Task A_waybill_with_any_bit_flipped_is_refused()
    {
        Evidence log = await Make(5, [1, 3], 5);
        byte[] bytes = new Waybill(log, log).ToArray();
        Verify(bytes);
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<MessageException>(() => Verify(bytes));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<MessageException>(() => Verify(bytes[..length]));
        }

        Assert.Equal(Refusal.TrailingBytes, Assert.Throws<MessageException>(() => Verify([.. bytes, 0])).Reason);
    }

    [Fact]
    public async Task Entries_out_of_order_repeated_missing_or_exchanged_are_refused()
    {
        Evidence good = await Make(9, [1, 3, 6], 9);
        Receipt receipt = good.Receipt;
        Assert.Equal(Refusal.WrongCount, Assert.Throws<MessageException>(() => Evidence.Create(receipt, [.. good.Entries.Take(2)])).Reason);
        Assert.Equal(Refusal.TooLong, Assert.Throws<MessageException>(() => Evidence.Create(receipt, [default, .. good.Entries.Skip(1)])).Reason);
        Head head = (await Store.LatestHead(Sample.Log, Ct))!.Head;
        Receipt reversed = Receipt.Create(head, [], [.. receipt.Proofs.Reverse()]);
        Assert.Equal(Refusal.NotDeterministic, Assert.Throws<MessageException>(() => Evidence.Create(reversed, [.. good.Entries.Reverse()])).Reason);
        Receipt repeated = Receipt.Create(head, [], [receipt.Proofs[0], receipt.Proofs[0]]);
        Assert.Equal(Refusal.NotDeterministic, Assert.Throws<MessageException>(() => Evidence.Create(repeated, [good.Entries[0], good.Entries[0]])).Reason);
        Evidence exchanged = Evidence.Create(receipt, [good.Entries[1], good.Entries[0], good.Entries[2]]);
        Assert.Equal(Refusal.ProofFails, Assert.Throws<MessageException>(() => exchanged.Verify(Keys)).Reason);
        Receipt single = Receipt.Create(head, [], [receipt.Proofs[0]]);
        Assert.Equal(Refusal.BadSignature, Assert.Throws<MessageException>(() => Evidence.Create(single, [good.Entries[1]]).Verify(Keys)).Reason);
    }

    [Fact]
    public async Task Another_encoding_of_the_same_waybill_is_refused()
    {
        Evidence evidence = await Make(5, [1], 5);
        byte[] receipt = evidence.Receipt.ToArray();
        byte[] entry = evidence.Entries[0].ToArray();
        byte[] Encode(ulong version)
        {
            CborWriter cbor = new(CborConformanceMode.Canonical);
            cbor.WriteStartArray(3);
            cbor.WriteUInt64(version);
            for (int i = 0; i < 2; i++)
            {
                cbor.WriteStartArray(2);
                cbor.WriteByteString(receipt);
                cbor.WriteStartArray(1);
                cbor.WriteByteString(entry);
                cbor.WriteEndArray();
                cbor.WriteEndArray();
            }

            cbor.WriteEndArray();
            return cbor.Encode();
        }

        Verify(Encode(1));
        Assert.Equal(Refusal.NumberOutOfRange, Assert.Throws<MessageException>(() => Verify(Encode(2))).Reason);
        Assert.Equal(Refusal.Malformed, Assert.Throws<MessageException>(() => Verify([0x9f, .. Encode(1)[1..], 0xff])).Reason);
        Assert.Equal(Refusal.TooLong, Assert.Throws<MessageException>(() => Waybill.FromUntrusted(new byte[Waybill.MaxBytes + 1])).Reason);
    }

    [Fact]
    public async Task A_damaged_store_gives_no_evidence()
    {
        LogEntry[] leaves = Sample.Leaves(0, 10);
        await Store.Append(Sample.Log, 0, leaves, null, null, Ct);
        await Store.PutHead(Sample.Log, new SignedHead(Sample.Head(Sample.Tree(Sample.Leaves(0, 10, "other")))), Ct);
        await Assert.ThrowsAsync<InvalidDataException>(() => WaybillMaker.EvidenceAsync(Store, Sample.Log, [3], null, Ct));
    }

    private static void Verify(byte[] bytes)
    {
        Waybill waybill = Waybill.FromUntrusted(bytes);
        waybill.Log.Verify(Keys);
        waybill.Registry.Verify(Keys);
    }

    private static PublicKey? Keys(Kid kid) => new[] { Sample.Key, Cloud, Archive }.FirstOrDefault(key => key.PublicKey.Kid == kid)?.PublicKey;

    private async Task<Evidence> Make(int size, ulong[] indexes, int each)
    {
        using LogWriter writer = Writer();
        await Fill(writer, size, each);
        await Countersign((ulong)size);
        return (await WaybillMaker.EvidenceAsync(Store, Sample.Log, indexes, Archive.PublicKey.Kid, Ct))!;
    }

    private async Task Countersign(ulong size)
    {
        Head head = (await Store.HeadAt(Sample.Log, size, Ct))!.Head;
        await Store.PutHead(Sample.Log, new SignedHead(head, [Countersignature.Sign(Cloud, head, 1, 0, 0), Countersignature.Sign(Archive, head, 2, 0, 0)]), Ct);
    }
}
