namespace Sealway.Fleet;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

/// <summary>
/// A party's <c>tls.key</c> and <c>tls.crt</c>, replaced as one. No file system renames two files at once; so the new ones are written whole beside the old
/// ones, the key first, and then take their names, the key first. Whatever is left after a power cut tells how far that had come: the new certificate's file
/// is there only while its key is there too, under either name, and then it is carried to its end.
/// </summary>
public static class TlsFiles
{
    private const string Next = ".next";

    /// <summary>Replaces both. When this returns the new ones are on disk; when it throws, the old ones or the new ones are, never one of each.</summary>
    /// <param name="folder">The party's folder.</param>
    /// <param name="key">The new private key; the caller disposes it.</param>
    /// <param name="passphrase">Locks it, as the old one is; empty: it is not locked. The caller erases it.</param>
    /// <param name="certificate">Its certificate.</param>
    /// <exception cref="FleetFileException">They cannot be written.</exception>
    public static void Replace(string folder, ECDsa key, ReadOnlySpan<char> passphrase, X509Certificate2 certificate)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(certificate);
        Finish(folder);
        KeyPem.Save(Path.Combine(folder, Identity.TlsKeyFile + Next), key, passphrase);
        PrivateFile.WritePublic(Path.Combine(folder, Identity.TlsCertificateFile + Next), certificate.ExportCertificatePem() + "\n");
        Finish(folder);
    }

    /// <summary>Carries a replacement to its end that a power cut broke off. To be called before the two are read; does nothing where nothing was left.</summary>
    /// <param name="folder">The party's folder.</param>
    /// <exception cref="FleetFileException">A file cannot be renamed.</exception>
    public static void Finish(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string certificate = Path.Combine(folder, Identity.TlsCertificateFile + Next);

        // A new key alone is one whose certificate was not written: it is left for the next replacement to write over.
        if (File.Exists(certificate))
        {
            Take(Path.Combine(folder, Identity.TlsKeyFile + Next), Path.Combine(folder, Identity.TlsKeyFile));
            Take(certificate, Path.Combine(folder, Identity.TlsCertificateFile));
        }
    }

    private static void Take(string from, string to)
    {
        try
        {
            if (File.Exists(from))
            {
                PrivateFile.MoveFile(from, to);
            }
        }
        catch (FleetFileException gone) when (gone.InnerException is FileNotFoundException)
        {
            // Another process that reads this folder has just done it.
        }
    }
}
