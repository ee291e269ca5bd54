namespace Sealway.Gateway.Tests.Judging;

using CsCheck;
using Sealway.Log;
using Sealway.Messages;
using Xunit;

public class SignedNumbersTests
{
    private static readonly Kid _sensor = Kid.Parse("0102030405060708");

    [Fact]
    public void What_was_signed_is_known_for_the_latest_numbers_and_comes_back_from_its_notes() =>
        Gen.Select(Gen.UInt[0, 9_000], Gen.UInt[1, 40].Array[1, 300]).Sample((first, steps) =>
        {
            SignedNumbers numbers = new();
            Dictionary<string, Note> stored = [];
            Dictionary<uint, ulong> given = [];
            uint sequence = first;
            foreach (uint step in steps)
            {
                numbers.Add(new(3, sequence), sequence + 1UL);
                given[sequence] = sequence + 1UL;
                Store(numbers, stored);
                sequence += step;
            }

            SignedNumbers read = SignedNumbers.Load([.. stored.Values])[_sensor];
            uint last = given.Keys.Max();
            foreach ((uint number, ulong signed) in given)
            {
                // A page ends between two multiples of 32: up to 31 of the oldest are forgotten early.
                bool kept = last - number < 4_096 - 32;
                Assert.Equal(kept ? signed : numbers.Of(new(3, number)), numbers.Of(new(3, number)));
                Assert.Equal(numbers.Of(new(3, number)), read.Of(new(3, number)));
                Assert.True(numbers.Of(new(3, number)) is null || numbers.Of(new(3, number)) == signed);
                Assert.Null(numbers.Of(new(2, number)));
            }

            Assert.Null(numbers.Of(new(3, last + 1)));
        });

    [Fact]
    public void Only_pages_that_changed_are_stored()
    {
        SignedNumbers numbers = new();
        for (uint i = 0; i < 100; i++)
        {
            numbers.Add(new(1, i), i + 1);
        }

        List<Note> notes = [];
        numbers.Changed(_sensor, notes);
        Assert.Equal(4, notes.Count);
        notes.Clear();
        numbers.Add(new(1, 100), 7);
        numbers.Changed(_sensor, notes);
        Assert.Single(notes);
    }

    [Theory]
    [InlineData("signed/0102030405060708/128", 264)]
    [InlineData("signed/0102030405060708/-1", 264)]
    [InlineData("signed/0102030405060708", 264)]
    [InlineData("signed/zz/000", 264)]
    [InlineData("signed/0102030405060708/000", 263)]
    public void A_damaged_note_is_refused(string name, int length) =>
        Assert.Equal(Refusal.Malformed, Assert.Throws<MessageException>(() => SignedNumbers.Load([new Note(name, new byte[length])])).Reason);

    private static void Store(SignedNumbers numbers, Dictionary<string, Note> stored)
    {
        List<Note> notes = [];
        numbers.Changed(_sensor, notes);
        foreach (Note note in notes)
        {
            stored[note.Name] = note;
        }
    }
}
