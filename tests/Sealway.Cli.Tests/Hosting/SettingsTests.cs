namespace Sealway.Cli.Tests.Hosting;

using System.Net;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Logging;
using Sealway.Cli.Hosting;
using Xunit;

public sealed class SettingsTests
{
    [Fact]
    public void Values_of_every_kind_are_read()
    {
        Settings s = Settings.Parse("""
            {
              // The ward.
              "name": "ward-3",
              "mqtt": { "port": 8884, "host": "cloud.example:8883" },
              "tick": "1m30s", "speed": 2.5, "low": -40, "open": true, /* level */ "level": "warning",
              "data": "store/log.db", "listen": "*:0", "hook": "https://alerts.example/x",
              "sensors": [ { "kid": "a" }, { "kid": "b", "model": "m1" }, ],
              "names": ["x", "y"],
            }
            """, folder: "/etc/sealway");

        Assert.Equal("ward-3", s.Text("name"));
        Assert.Equal(8884, s.Port("mqtt.port"));
        Assert.Equal(new DnsEndPoint("cloud.example", 8883), s.Section("mqtt").Endpoint("host"));
        Assert.Equal(TimeSpan.FromSeconds(90), s.Duration("tick", TimeSpan.Zero, TimeSpan.FromHours(1)));
        Assert.Equal(2.5, s.Number("speed", 0, 10));
        Assert.Equal(-40, s.Integer("low", -50, 50));
        Assert.True(s.Flag("open"));
        Assert.Equal(LogLevel.Warning, s.Choice<LogLevel>("level"));
        Assert.Equal("/etc/sealway/store/log.db", s.FilePath("data"));
        Assert.Equal(new IPEndPoint(IPAddress.Any, 0), s.Listen("listen"));
        Assert.Equal(new Uri("https://alerts.example/x"), s.OptionalUrl("hook"));
        Assert.Equal(["x", "y"], s.Texts("names"));
        IReadOnlyList<SettingsSection> sensors = s.Sections("sensors", least: 1, distinctBy: "kid");
        Assert.Equal(["a", "b"], sensors.Select(sensor => sensor.Text("kid")));
        Assert.Equal([null, "m1"], sensors.Select(sensor => sensor.OptionalText("model")));
        Assert.Equal("sensors[1]", sensors[1].Place);
        s.ThrowIfMistaken();
    }

    [Fact]
    public void What_is_not_written_has_its_fallback()
    {
        Settings s = Settings.Parse("{}", folder: "/etc/sealway");

        Assert.Equal("n", s.Text("name", "n"));
        Assert.Equal(8883, s.Port("mqtt.port", fallback: 8883));
        Assert.Equal(TimeSpan.FromSeconds(5), s.Duration("tick", TimeSpan.Zero, TimeSpan.FromHours(1), TimeSpan.FromSeconds(5)));
        Assert.Null(s.OptionalDuration("t", TimeSpan.Zero, TimeSpan.FromHours(1)));
        Assert.Null(s.OptionalInteger("i", 0, 1));
        Assert.Null(s.OptionalNumber("d", 0, 1));
        Assert.False(s.Flag("open"));
        Assert.True(s.Flag("shut", fallback: true));
        Assert.Equal(LogLevel.Debug, s.Choice<LogLevel>("level", LogLevel.Debug));
        Assert.Equal("/etc/sealway/data", s.FolderPath("data", "data"));
        Assert.Null(s.OptionalFilePath("f"));
        Assert.Null(s.OptionalFolderPath("g"));
        Assert.Equal(new DnsEndPoint("localhost", 1883), s.Endpoint("host", "localhost:1883"));
        Assert.Null(s.OptionalEndpoint("other"));
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 0), s.Listen("listen", "127.0.0.1:0"));
        Assert.Null(s.OptionalListen("l"));
        Assert.Null(s.OptionalUrl("hook"));
        Assert.Null(s.OptionalSection("alerts"));
        Assert.Empty(s.Sections("sensors"));
        Assert.Empty(s.Texts("names"));
        Assert.Equal(7, s.Parsed("p", int.Parse, "a number", "1", fallback: 7));
        Assert.False(s.Has("name"));
        s.ThrowIfMistaken();
    }

    [Fact]
    public void Every_mistake_is_told_at_once_in_the_order_of_the_file()
    {
        string[] told = Mistakes(
            """
            {
              "tick": 5,
              "mqtt": { "prot": 8883 },
              "sensors": [
                { "key": "a" },
                { "key": 7 },
              ],
            }
            """,
            s =>
            {
                s.Duration("tick", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), TimeSpan.FromSeconds(5));
                s.Port("mqtt.port", fallback: 8883);
                s.Text("name", example: "ward-3");
                foreach (SettingsSection sensor in s.Sections("sensors"))
                {
                    sensor.Text("key");
                }
            });

        Assert.Equal(
            [
                """settings.json:1:1: name: missing, expected a text of 1 to 4096 characters; write for example "name": "ward-3" """.TrimEnd(),
                """settings.json:2:11: tick: expected a duration with its unit from 1s to 1h, found 5; write for example "tick": "5s" """.TrimEnd(),
                """settings.json:3:13: mqtt.prot: this key is not known here; did you mean "port"?""",
                """settings.json:6:14: sensors[1].key: expected a text of 1 to 4096 characters, found 7; write for example "key": "…" """.TrimEnd(),
            ],
            told);
    }

    [Theory]
    [InlineData("""{ "x": "8883" }""", "8883")]
    [InlineData("""{ "x": 0 }""", "found 0")]
    [InlineData("""{ "x": 65536 }""", "found 65536")]
    [InlineData("""{ "x": 1.5 }""", "found 1.5")]
    [InlineData("""{ "x": 1e3 }""", "found 1e3")]
    [InlineData("""{ "x": 99999999999999999999 }""", "found 99999999999999999999")]
    [InlineData("""{ "x": null }""", "found null")]
    [InlineData("""{ "x": true }""", "found true")]
    [InlineData("""{ "x": [] }""", "found a list")]
    [InlineData("""{ "x": {} }""", "found a section")]
    public void A_port_that_is_none_is_a_mistake(string json, string found)
    {
        string told = Assert.Single(Mistakes(json, s => Assert.Equal(1883, s.Port("x", fallback: 1883))));
        Assert.Contains("expected a whole number from 1 to 65535", told, StringComparison.Ordinal);
        Assert.Contains(found, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"5\"")]
    [InlineData("\"5 s\"")]
    [InlineData("\"5S\"")]
    [InlineData("\"s\"")]
    [InlineData("\"-5s\"")]
    [InlineData("\".5s\"")]
    [InlineData("\"5.s\"")]
    [InlineData("\"1..5s\"")]
    [InlineData("\"5s1m\"")]
    [InlineData("\"5s5s\"")]
    [InlineData("\"5weeks\"")]
    [InlineData("\"\"")]
    [InlineData("\"999999999999999d\"")]
    [InlineData("\"9999999999999999s\"")]
    [InlineData("\"61m\"")]
    [InlineData("\"0s\"")]
    [InlineData("5")]
    public void A_duration_that_is_none_is_a_mistake(string value) =>
        Assert.Contains(
            "expected a duration with its unit from 1ms to 1h",
            Assert.Single(Mistakes($$"""{ "x": {{value}} }""", s => s.Duration("x", TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)))),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("200ms", 0.2)]
    [InlineData("5s", 5)]
    [InlineData("1.5m", 90)]
    [InlineData("1h", 3600)]
    [InlineData("2d", 172800)]
    [InlineData("1d2h3m4s5ms", 93784.005)]
    public void A_duration_is_read_with_its_units(string text, double seconds)
    {
        Assert.True(Durations.TryParse(text, out TimeSpan read));
        Assert.Equal(TimeSpan.FromSeconds(seconds), read);
    }

    [Fact]
    public void A_duration_reads_back_as_it_was_written() =>
        Gen.Long[0, 366_000L * 24 * 3600 * 1000].Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds)).Sample(duration =>
            Durations.TryParse(Durations.Format(duration), out TimeSpan read) && read == duration);

    [Theory]
    [InlineData("cloud.example")]
    [InlineData("cloud.example:0")]
    [InlineData("cloud.example:65536")]
    [InlineData("cloud.example:+80")]
    [InlineData(":8883")]
    [InlineData("::1:8883")]
    [InlineData("a b:8883")]
    [InlineData("http://cloud.example:8883")]
    public void A_host_and_port_that_is_none_is_a_mistake(string value) =>
        Assert.Contains("expected a host and a port", Assert.Single(Mistakes($$"""{ "x": "{{value}}" }""", s => s.Endpoint("x"))), StringComparison.Ordinal);

    [Fact]
    public void An_address_of_version_six_stands_in_brackets()
    {
        Settings s = Settings.Parse("""{ "to": "[::1]:8883", "at": "[::1]:0" }""");
        Assert.Equal(new DnsEndPoint("::1", 8883), s.Endpoint("to"));
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 0), s.Listen("at"));
        s.ThrowIfMistaken();
    }

    [Theory]
    [InlineData("ward.example:8883")]
    [InlineData("1:8883")]
    [InlineData("127.0.0.1")]
    public void A_place_to_listen_is_an_address(string value) =>
        Assert.Contains("expected an address and a port", Assert.Single(Mistakes($$"""{ "x": "{{value}}" }""", s => s.Listen("x"))), StringComparison.Ordinal);

    [Fact]
    public void A_choice_lists_its_words() =>
        Assert.Contains(
            """expected one of trace, debug, information, warning, error, critical, none, found "Warning"; write for example "x": "trace" """.TrimEnd(),
            Assert.Single(Mistakes("""{ "x": "Warning" }""", s => s.Choice<LogLevel>("x", LogLevel.Error))),
            StringComparison.Ordinal);

    [Fact]
    public void A_number_is_finite_and_in_its_range()
    {
        Assert.Single(Mistakes("""{ "x": 1e999 }""", s => s.Number("x", 0, double.MaxValue)));
        Assert.Single(Mistakes("""{ "x": 30.5 }""", s => s.OptionalNumber("x", 5, 30)));
        Assert.Single(Mistakes("""{ "x": 7 }""", s => s.OptionalInteger("x", 0, 6)));
        Assert.Single(Mistakes("""{ "x": 1 }""", s => s.Flag("x")));
    }

    [Fact]
    public void An_address_with_a_token_is_never_shown()
    {
        string told = Assert.Single(Mistakes("""{ "x": "htps://h/token-77" }""", s => s.OptionalUrl("x")));
        Assert.DoesNotContain("token-77", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_section_that_is_none_is_one_mistake_and_its_keys_are_not_missed_on_top()
    {
        string told = Assert.Single(Mistakes("""{ "mqtt": 8883 }""", s =>
        {
            s.Section("mqtt").Text("host");
            s.Port("mqtt.port", 8883);
        }));
        Assert.Equal("""settings.json:1:11: mqtt: expected a section, found 8883; write "mqtt": { … }""", told);
    }

    [Fact]
    public void A_key_missing_in_a_missing_section_is_told_at_the_section_around_it() =>
        Assert.StartsWith(
            "settings.json:2:8: a.b.c: missing, expected a whole number",
            Assert.Single(Mistakes("{\n  \"a\": {}\n}", s => s.Section("a").Section("b").Integer("c", 1, 2))),
            StringComparison.Ordinal);

    [Fact]
    public void Two_of_a_key_are_a_mistake() =>
        Assert.Equal(
            "settings.json:1:20: a.x: this key is written twice; keep one of the two",
            Assert.Single(Mistakes("""{ "a": { "x": "1", "x": "2" } }""", s => s.Text("a.x"))));

    [Fact]
    public void Two_sections_of_one_name_are_a_mistake() =>
        Assert.Equal(
            "settings.json:1:37: s[1].id: the same as in s[0]; give each its own, or remove one of the two",
            Assert.Single(Mistakes("""{ "s": [ { "id": "a" },     { "id": "a" } ] }""", s => Assert.All(s.Sections("s", distinctBy: "id"), inner => inner.Text("id")))));

    [Fact]
    public void Two_equal_texts_in_a_list_are_a_mistake() =>
        Assert.Contains("x[2]: the same as x[0]", Assert.Single(Mistakes("""{ "x": ["a", "b", "a"] }""", s => s.Texts("x"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ }""", "missing, expected a list of sections, 1 to 2 of them")]
    [InlineData("""{ "x": [] }""", "found 0")]
    [InlineData("""{ "x": [{}, {}, {}] }""", "found 3")]
    [InlineData("""{ "x": {} }""", "found a section")]
    [InlineData("""{ "x": [7] }""", "x[0]: expected a section, found 7; write { … }")]
    public void A_list_of_the_wrong_length_or_kind_is_a_mistake(string json, string told) =>
        Assert.Contains(told, Assert.Single(Mistakes(json, s => s.Sections("x", least: 1, most: 2))), StringComparison.Ordinal);

    [Theory]
    [InlineData("naem", "did you mean \"name\"?")]
    [InlineData("Name", "did you mean \"name\"?")]
    [InlineData("nam", "did you mean \"name\"?")]
    [InlineData("port", "remove it; known here: name, tick")]
    public void An_unknown_key_is_a_mistake_with_the_one_that_was_meant(string key, string mend) =>
        Assert.EndsWith(mend, Assert.Single(Mistakes($$"""{ "{{key}}": 1 }""", s =>
        {
            s.OptionalText("name");
            s.OptionalText("tick");
        })), StringComparison.Ordinal);

    [Fact]
    public void A_key_that_is_already_written_was_not_meant() =>
        Assert.DoesNotContain("did you mean", Assert.Single(Mistakes("""{ "name": "a", "nam": 1 }""", s => s.Text("name"))), StringComparison.Ordinal);

    [Fact]
    public void An_unknown_section_is_one_mistake() =>
        Assert.Single(Mistakes("""{ "alerts": { "a": 1, "b": [ { "c": 1 } ] } }""", _ => { }));

    [Fact]
    public void Unknown_keys_are_found_in_every_section_of_a_list() =>
        Assert.Equal(2, Mistakes("""{ "s": [ { "a": 1 }, { "b": 2, "k": "x" } ] }""", s => Assert.All(s.Sections("s"), inner => inner.OptionalText("k"))).Length);

    [Fact]
    public void A_role_may_add_mistakes_of_its_own() =>
        Assert.Equal(
            "settings.json:1:10: high: below low; write a number above 5",
            Assert.Single(Mistakes("""{ "high":3, "low":5 }""", s =>
            {
                if (s.Number("high", 0, 9) < s.Number("low", 0, 9))
                {
                    s.Mistake("high", "below low", "write a number above 5");
                }
            })));

    [Fact]
    public void A_parser_that_refuses_makes_a_mistake() =>
        Assert.Contains(
            "expected a number in words, found \"x\"; write for example \"n\": \"12\"",
            Assert.Single(Mistakes("""{ "n": "x" }""", s => s.Parsed("n", int.Parse, "a number in words", "12"))),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("{ \"a\": }", 1, 8)]
    [InlineData("{\n  \"ü\": 1,,\n}", 2, 10)]
    [InlineData("", 1, 1)]
    [InlineData("{} {}", 1, 4)]
    [InlineData("{ \"a\": 1", 1, 9)]
    public void A_file_that_is_no_json_is_told_with_its_place(string json, int line, int column)
    {
        Mistake told = Assert.Single(Assert.Throws<SettingsException>(() => Settings.Parse(json)).Mistakes);
        Assert.StartsWith("this is not JSON: ", told.What, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", told.What, StringComparison.Ordinal);
        Assert.Equal((line, column), (told.Line, told.Column));
    }

    [Fact]
    public void Nesting_has_a_bound() =>
        Assert.Throws<SettingsException>(() => Settings.Parse(new string('[', 100_000)));

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("null")]
    public void A_file_that_is_no_section_is_one_mistake(string json) =>
        Assert.Contains("expected a section", Assert.Single(Mistakes(json, s => s.Text("name", "x"))), StringComparison.Ordinal);

    [Fact]
    public void Half_a_character_is_a_mistake() =>
        Assert.Contains(Mistakes("""{ "x": "\ud800" }""", s => s.OptionalText("x")), told => told.Contains("half a character", StringComparison.Ordinal));

    [Fact]
    public void Columns_count_characters() =>
        Assert.StartsWith("settings.json:1:19:", Assert.Single(Mistakes("""{ "ä": "öü", "x": 0 }""", s =>
        {
            s.Text("ä");
            s.OptionalText("x");
        })), StringComparison.Ordinal);

    [Fact]
    public void Any_bytes_are_read_or_refused_but_never_break_the_reader() =>
        Gen.OneOf(Gen.String, Gen.Char["{}[]\",:0a\\u \n/*"].Array.Select(letters => new string(letters))).Sample(text =>
        {
            try
            {
                Settings s = Settings.Parse(text);
                s.OptionalText("a");
                s.Sections("b");
                s.ThrowIfMistaken();
            }
            catch (SettingsException)
            {
            }
        });

    [Fact]
    public void A_file_that_is_not_there_is_the_users_error()
    {
        UserError error = Assert.Throws<UserError>(() => Settings.Read("/nowhere/ward.json"));
        Assert.Equal(ExitCode.Usage, error.Code);
        Assert.StartsWith("/nowhere/ward.json: there is no such file", error.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_read_with_its_mark_and_its_paths_start_at_its_folder()
    {
        string folder = Directory.CreateTempSubdirectory("sealway").FullName;
        try
        {
            string file = Path.Combine(folder, "ward.json");
            File.WriteAllText(file, """{ "data": "ward.json", "keys": "." }""", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
            (string data, string keys) = Settings.Load(file, s => (s.FilePath("data", mustExist: true), s.FolderPath("keys", mustExist: true)));
            Assert.Equal(file, data);
            Assert.Equal(folder, Path.TrimEndingDirectorySeparator(keys));

            SettingsException missing = Assert.Throws<SettingsException>(() => Settings.Load(file, s => (s.FilePath("keys", mustExist: true), s.FolderPath("data", mustExist: true))));
            Assert.Equal(2, missing.Mistakes.Count);
            Assert.Equal(ExitCode.Usage, missing.Code);

            File.WriteAllBytes(file, [(byte)'{', 0xff, (byte)'}']);
            Assert.Contains("not UTF-8", Assert.Throws<SettingsException>(() => Settings.Read(file)).Describe(), StringComparison.Ordinal);

            File.WriteAllBytes(file, new byte[Settings.MaxFileSize + 1]);
            Assert.Contains("at most", Assert.Throws<UserError>(() => Settings.Read(file)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void What_a_parser_throws_over_stand_ins_is_put_aside_if_there_are_mistakes()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, """{ "n": "x" }""");
            Assert.Throws<SettingsException>(() => Settings.Load(file, s => s.Parsed<string>("n", _ => throw new FormatException(), "a name", "a").Length));
            Assert.Throws<InvalidOperationException>(() => Settings.Load<int>(file, _ => throw new InvalidOperationException()));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string[] Mistakes(string json, Action<Settings> read)
    {
        Settings settings = Settings.Parse(json);
        read(settings);
        SettingsException thrown = Assert.Throws<SettingsException>(settings.ThrowIfMistaken);
        Assert.Equal(thrown.Mistakes, Assert.Throws<SettingsException>(settings.ThrowIfMistaken).Mistakes);
        return [.. thrown.Mistakes.Select(mistake => mistake.ToString())];
    }
}
