namespace Sealway.Sensor.Tests.Numbers;

using CsCheck;
using Sealway.Messages;
using Sealway.Sensor.Numbers;
using Xunit;

public sealed class SensorCounterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _file;

    public SensorCounterTests()
    {
        _file = _folder["counter"];
        SensorCounter.Create(_file);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_start_is_a_new_boot_and_numbers_rise_by_one()
    {
        for (uint boot = 1; boot <= 3; boot++)
        {
            using SensorCounter counter = SensorCounter.Open(_file);
            Assert.Equal([new(boot, 0), new(boot, 1), new(boot, 2)], new[] { counter.Next(), counter.Next(), counter.Next() });
            Assert.Equal(boot, counter.Boot);
        }
    }

    [Fact]
    public void The_boot_is_on_disk_before_its_first_number_is_given_and_a_start_without_a_number_uses_none()
    {
        using (SensorCounter idle = SensorCounter.Open(_file))
        {
            Assert.Equal("boot 0 check 4294967295\n", File.ReadAllText(_file));
        }

        using SensorCounter counter = SensorCounter.Open(_file);
        counter.Next();
        Assert.Equal("boot 1 check 4294967294\n", File.ReadAllText(_file));
    }

    [Fact]
    public void The_file_is_readable_by_its_owner_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("file modes are of Unix");
            return;
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_file));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bo")]
    [InlineData("boot 9 check 4294967286\n")]
    [InlineData("\0\0\0\0")]
    public void What_a_crash_left_before_the_rename_means_nothing(string left)
    {
        uint before = Start();
        File.WriteAllText(_file + ".new", left);
        Assert.Equal(before + 1, Start());
        Assert.False(File.Exists(_file + ".new"));
    }

    [Fact]
    public void A_crash_after_the_rename_skips_a_boot_and_repeats_none()
    {
        Start();
        File.WriteAllText(_file, "boot 2 check 4294967293\n");
        Assert.Equal(3u, Start());
    }

    [Fact]
    public void No_number_is_given_twice_whatever_happens()
    {
        Gen.Int[0, 4].Array[1, 30].Sample(
            steps =>
            {
                using TemporaryFolder own = new();
                string file = own["counter"];
                SensorCounter.Create(file);
                ReadingNumber? last = null;
                SensorCounter counter = SensorCounter.Open(file, 2);
                foreach (int step in steps)
                {
                    if (step == 0)
                    {
                        counter.Dispose();
                        counter = SensorCounter.Open(file, 2);
                    }
                    else if (step == 1)
                    {
                        File.WriteAllText(file + ".new", "boot 1");
                    }
                    else
                    {
                        ReadingNumber next = counter.Next();
                        Assert.True(last is null || next > last.Value);
                        last = next;
                    }
                }

                counter.Dispose();
            },
            iter: 100);
    }

    [Fact]
    public void A_lost_counter_is_a_refusal_that_says_what_to_do()
    {
        File.Delete(_file);
        CounterException refused = Assert.Throws<CounterException>(() => SensorCounter.Open(_file));
        Assert.Contains("new key", refused.Message, StringComparison.Ordinal);
        Assert.Equal(_file, refused.File);
    }

    [Fact]
    public void A_counter_with_any_byte_changed_or_missing_is_refused()
    {
        Start();
        byte[] good = File.ReadAllBytes(_file);
        for (int i = 0; i < good.Length; i++)
        {
            File.WriteAllBytes(_file, good[..i]);
            Assert.Throws<CounterException>(() => SensorCounter.Open(_file));
            byte[] bad = [.. good];
            bad[i] ^= 1;
            File.WriteAllBytes(_file, bad);
            Assert.Throws<CounterException>(() => SensorCounter.Open(_file));
        }

        File.WriteAllBytes(_file, [.. good, (byte)'\n']);
        Assert.Throws<CounterException>(() => SensorCounter.Open(_file));
        File.WriteAllBytes(_file, good);
        Assert.Equal(2u, Start());
    }

    [Fact]
    public void A_second_process_is_kept_out()
    {
        using SensorCounter counter = SensorCounter.Open(_file);
        Assert.Contains("another process", Assert.Throws<CounterException>(() => SensorCounter.Open(_file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_counter_is_made_once() => Assert.Throws<CounterException>(() => SensorCounter.Create(_file));

    [Fact]
    public void After_the_last_sequence_comes_the_next_boot_stored_first()
    {
        using SensorCounter counter = SensorCounter.Open(_file, 1);
        Assert.Equal([new(1, 0), new(1, 1), new(2, 0)], new[] { counter.Next(), counter.Next(), counter.Next() });
        Assert.StartsWith("boot 2 ", File.ReadAllText(_file), StringComparison.Ordinal);
    }

    [Fact]
    public void After_the_last_boot_comes_a_refusal()
    {
        File.WriteAllText(_file, "boot 4294967295 check 0\n");
        using SensorCounter counter = SensorCounter.Open(_file);
        Assert.Contains("new key", Assert.Throws<CounterException>(() => counter.Next()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_boot_that_cannot_be_stored_gives_no_number_and_can_be_tried_again()
    {
        using SensorCounter counter = SensorCounter.Open(_file);
        Directory.CreateDirectory(_file + ".new");
        Assert.Throws<CounterException>(() => counter.Next());
        Directory.Delete(_file + ".new");
        Assert.Equal(new ReadingNumber(1, 0), counter.Next());
    }

    private uint Start()
    {
        using SensorCounter counter = SensorCounter.Open(_file);
        return counter.Next().Boot;
    }
}
