namespace Sealway.Links;

using System.Net.Sockets;

/// <summary>Unix sockets at a path: what a crash left is cleared away, what is alive or something else is not.</summary>
internal static class UnixPath
{
    internal static Socket Bind(string path)
    {
        ClearDead(path);
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));

            // Before anyone can connect: a bound socket is not yet listening.
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            return socket;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            socket.Dispose();
            throw new LinkException(LinkRefusal.Unreachable, $"cannot listen on '{path}': {e.Message}", e);
        }
    }

    internal static async Task<NetworkStream> ConnectAsync(string path, CancellationToken cancellation)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            throw new LinkException(LinkRefusal.Unreachable, $"nothing answers at '{path}': {e.Message}", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void ClearDead(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused && new FileInfo(path).Length == 0)
        {
            File.Delete(path);
            return;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new LinkException(LinkRefusal.Unreachable, $"'{path}' is there already and is no socket that can be taken: {e.Message}", e);
        }

        throw new LinkException(LinkRefusal.Unreachable, $"something listens on '{path}' already");
    }
}
