namespace Sealway.Fleet;

using Sealway.Messages;

/// <summary>
/// A party's HPKE key on disk while it is replaced: <c>agreement.key</c>, and beside it the next one, <c>agreement.next.key</c>,
/// from before anybody hears of it until it takes the old one's place. After a power cut at any moment every key that may be
/// in force is there.
/// </summary>
public sealed class AgreementKeyFiles
{
    /// <summary>The next key's file in a party's folder.</summary>
    public const string NextFile = "agreement.next.key";

    private readonly string _current;
    private readonly string _next;
    private readonly Func<char[]> _passphrase;

    /// <summary>The files of a party.</summary>
    /// <param name="folder">The party's folder.</param>
    /// <param name="passphrase">Gives what locks the keys, each time that it is needed; empty: they are not locked. What it gives is erased here.</param>
    public AgreementKeyFiles(string folder, Func<char[]> passphrase)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(passphrase);
        _current = Path.Combine(folder, Identity.AgreementFile);
        _next = Path.Combine(folder, NextFile);
        _passphrase = passphrase;
    }

    /// <summary>Reads the next key, if one was made and has not taken its place; the caller disposes it.</summary>
    /// <exception cref="FleetFileException">The file is wrong or readable by others, or the passphrase is another.</exception>
    public AgreementKey? LoadNext() => File.Exists(_next) ? WithPassphrase(passphrase => KeyPem.LoadAgreement(_next, passphrase)) : null;

    /// <summary>Makes the next key; it is on disk when this returns. The caller disposes it.</summary>
    /// <exception cref="FleetFileException">It cannot be written.</exception>
    public AgreementKey MakeNext()
    {
        AgreementKey made = AgreementKey.Generate();
        try
        {
            WithPassphrase(passphrase =>
            {
                PrivateFile.Write(_next, made.ToPem(passphrase));
                return true;
            });
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Gives the next key the old one's place, whose file is gone with that. There is no way back.</summary>
    /// <exception cref="FleetFileException">It cannot be done; both are still there.</exception>
    public void Promote() => PrivateFile.MoveFile(_next, _current);

    private T WithPassphrase<T>(Func<char[], T> act)
    {
        char[] passphrase = _passphrase();
        try
        {
            return act(passphrase);
        }
        finally
        {
            Array.Clear(passphrase);
        }
    }
}
