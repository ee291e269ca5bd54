namespace Sealway.Cli.Hosting;

using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

/// <summary>Something that the person at the terminal can mend: what happened, where, and what to do. It is printed without a stack trace.</summary>
/// <param name="what">What happened, as a clause: "the port is taken".</param>
/// <param name="where">The file, address or name that it happened to; null if the clause says it.</param>
/// <param name="mend">What to do about it, as an order: "choose another port"; null if there is nothing to say.</param>
/// <param name="code">The exit code, one of <see cref="Hosting.ExitCode"/>.</param>
/// <param name="cause">The exception behind it, for the log at level debug.</param>
[SuppressMessage("Naming", "CA1710", Justification = "It is the person's error to mend, thrown only to reach the one place that prints it.")]
internal class UserError(string what, string? where = null, string? mend = null, int code = ExitCode.Failed, Exception? cause = null)
    : Exception(what, cause)
{
    /// <summary>Where it happened, or null.</summary>
    public string? Where { get; } = where;

    /// <summary>What to do about it, or null.</summary>
    public string? Mend { get; } = mend;

    /// <summary>The exit code that the command ends with.</summary>
    public int Code { get; } = code;

    /// <summary>The text for the terminal: one line for what and where, one for the mend.</summary>
    public virtual string Describe() =>
        (Where is null ? Message : $"{Where}: {Message}") + (Mend is null ? "" : $"{Environment.NewLine}  {Mend}");

    /// <summary>The user error behind an exception that a disk, a socket or a file system throws for reasons that lie outside the program; null if it is none of these.</summary>
    public static UserError? From(Exception exception) => exception switch
    {
        UserError error => error,
        Fleet.FleetFileException error => new(error.Message, cause: error),
        Fleet.RegistryBehindException error => new(error.Message, cause: error),
        Sensor.Recordings.RecordingException error => new(error.Message, cause: error),
        Sensor.Numbers.CounterException error => new(error.Message, cause: error),
        Sensor.Ledgers.LedgerException error => new(error.Message, cause: error),
        Links.TlsKeyLogException error => new(error.Message, "--tls-keylog", code: ExitCode.Usage, cause: error),
        Links.LinkException error => new(error.Message, cause: error),
        Messages.MessageException error => new(error.Message, cause: error),
        UnauthorizedAccessException => new(exception.Message, mend: "run it as the owner of the file, or give the file to the one who runs it", cause: exception),
        FileNotFoundException or DirectoryNotFoundException => new(exception.Message, mend: "check the path", cause: exception),
        AddressInUseException => new(exception.Message, mend: "choose another port, or stop the program that holds it", cause: exception),
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => new("the address is already in use", mend: "choose another port, or stop the program that holds it", cause: exception),
        SocketException { SocketErrorCode: SocketError.AccessDenied } => new("the address may not be used", mend: "choose a port above 1023", cause: exception),
        IOException { InnerException: AddressInUseException or SocketException } => From(exception.InnerException),
        _ => null,
    };
}
