namespace Sealway.Cli.Roles;

using Sealway.Cli.Hosting;
using Sealway.Gateway;
using Sealway.Messages;

/// <summary>One heated room.</summary>
/// <param name="Room">Its opaque name: the subject that its sensors are assigned to.</param>
/// <param name="Target">The target at first, in degrees Celsius.</param>
/// <param name="Hysteresis">How far below the target it switches on, and above it off, in kelvin.</param>
/// <param name="LeastOn">How long it stays on at least.</param>
/// <param name="LeastOff">How long it stays off at least.</param>
/// <param name="BlindAfter">After how long without a valid reading it switches off.</param>
/// <param name="File">A file that gets 1 or 0, such as a GPIO value; null with a command.</param>
/// <param name="Command">A command that is run with on or off; null with a file.</param>
internal sealed record HeatingSettings(string Room, double Target, double Hysteresis, TimeSpan LeastOn, TimeSpan LeastOff, TimeSpan BlindAfter, string? File, string? Command)
{
    public static HeatingSettings Parse(SettingsSection section)
    {
        string? file = section.OptionalFilePath("file");
        string? command = section.OptionalFilePath("command", mustExist: true);
        if ((file is null) == (command is null))
        {
            section.Mistake("file", "either \"file\" or \"command\" is needed, not both", "write for example \"file\": \"/sys/class/gpio/gpio17/value\"");
        }

        return new HeatingSettings(
            section.Text("room", example: "r-01"),
            section.Number("target", 5, 30, 20),
            section.Number("hysteresis", 0.05, 3, 0.3),
            section.Duration("leastOn", TimeSpan.Zero, TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)),
            section.Duration("leastOff", TimeSpan.Zero, TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)),
            section.Duration("blindAfter", TimeSpan.FromSeconds(1), TimeSpan.FromHours(6), TimeSpan.FromMinutes(30)),
            file,
            command);
    }

    public HeatedRoom ToRoom() => new(Room, File is not null ? new FileActuator(File) : new CommandActuator(Command!), Number.From(Target))
    {
        Hysteresis = Hysteresis,
        LeastOn = LeastOn,
        LeastOff = LeastOff,
        BlindAfter = BlindAfter,
    };
}
