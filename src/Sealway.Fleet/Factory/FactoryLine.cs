namespace Sealway.Fleet;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sealway.Log;
using Sealway.Messages;
using PublicKey = Sealway.Messages.PublicKey;

/// <summary>
/// Makes devices by the list, each in a folder of its own that appears whole, and writes down what was made. A device that is written down is never made again;
/// one whose folder is there and which is not written down yet, because the power went, is written down as it is. No key is taken twice.
/// </summary>
public sealed class FactoryLine : IDisposable
{
    /// <summary>The list of made devices, in the output folder.</summary>
    public const string ListFile = "made.csv";

    private const string Folders = "devices";

    private readonly FactoryAuthority _factory;
    private readonly string _output;
    private readonly Func<MadeDevice, IReadOnlyList<(string Name, string Content)>> _labels;
    private readonly FolderLock _lock;
    private readonly FileStream _list;
    private readonly Dictionary<string, MadeDevice> _made = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    private FactoryLine(FactoryAuthority factory, string output, Func<MadeDevice, IReadOnlyList<(string, string)>> labels, FolderLock taken, FileStream list)
    {
        _factory = factory;
        _output = output;
        _labels = labels;
        _lock = taken;
        _list = list;
    }

    /// <summary>Every device made into this folder so far.</summary>
    public IReadOnlyCollection<MadeDevice> Made => _made.Values;

    /// <summary>Opens the output folder, and takes up what a run before left unfinished.</summary>
    /// <param name="factory">The factory; not owned.</param>
    /// <param name="output">The folder that gets devices and list; made where it is missing.</param>
    /// <param name="labels">Gives a device's label files, by name and content.</param>
    /// <exception cref="IOException">Another run uses the folder.</exception>
    /// <exception cref="FleetFileException">The folder or the list cannot be used.</exception>
    public static FactoryLine Open(FactoryAuthority factory, string output, Func<MadeDevice, IReadOnlyList<(string Name, string Content)>> labels)
    {
        ArgumentNullException.ThrowIfNull(factory);
        PrivateFile.CreateFolder(Path.Combine(output, Folders));
        FolderLock taken = new(output, "factory");
        FactoryLine? line = null;
        try
        {
            string path = Path.Combine(output, ListFile);
            line = new FactoryLine(factory, output, labels, taken, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read));
            line.Recover(path);
            return line;
        }
        catch
        {
            line?._list.Dispose();
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Makes one device, unless it was made before.</summary>
    /// <param name="order">What.</param>
    /// <param name="passphrase">Locks the keys that are made here; empty: they are not locked. The caller erases it.</param>
    /// <returns>Whether it was made now; false if it had been.</returns>
    /// <exception cref="FleetFileException">It was made otherwise before; its name or one of its keys is another device's; a file from the device is wrong; or it cannot be written.</exception>
    public bool Make(FactoryOrder order, ReadOnlySpan<char> passphrase)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (_made.TryGetValue(order.Serial, out MadeDevice? made))
        {
            return made.Serial == order.Serial && made.Role == order.Role && made.Name == order.Name
                ? false
                : throw new FleetFileException(_output, $"line {order.Line}: serial number {order.Serial} was made as {made.Role.Word()} {made.Name}; a serial number is given once");
        }

        if (_names.Contains(order.Name))
        {
            throw new FleetFileException(_output, $"line {order.Line}: the name {order.Name} was given to another device");
        }

        string place = Path.Combine(_output, Folders, order.Serial);

        // No serial number begins with a full stop.
        string temporary = Path.Combine(_output, Folders, $".{order.Serial}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        MadeDevice device;
        try
        {
            PrivateFile.CreateFolder(temporary);
            device = order.Request is null ? Here(order, temporary, passphrase) : OnDevice(order, temporary);
            if (device.Keys.FirstOrDefault(_keys.ContainsKey) is { } twice)
            {
                throw new FleetFileException(order.Request ?? place, $"line {order.Line}: the key {twice} of device {order.Serial} is that of device {_keys[twice]}; every device makes keys of its own");
            }

            foreach ((string name, string content) in _labels(device))
            {
                PrivateFile.WritePublic(Path.Combine(temporary, name), content);
            }

            PrivateFile.WritePublic(Path.Combine(temporary, ListFile), MadeDevice.Columns + "\n" + device.ToLine() + "\n");
            new FactoryDevice(order.Serial, order.Role, device.Signing.Kid).Save(temporary);
            PrivateFile.MoveFolder(temporary, place);
        }
        catch
        {
            Remove(temporary);
            throw;
        }

        Write(device);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _list.Dispose();
        _lock.Dispose();
    }

    private static void Remove(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception inner) when (inner is IOException or UnauthorizedAccessException)
        {
            // What is left has a name that the next run removes, and keys that were given to nobody.
        }
    }

    private void Recover(string path)
    {
        // A line that was not written to its end says nothing; its device's folder says it all.
        byte[] bytes = new byte[_list.Length];
        _list.ReadExactly(bytes);
        _list.SetLength(bytes.AsSpan().LastIndexOf((byte)'\n') + 1);
        _list.Seek(0, SeekOrigin.End);
        if (_list.Length == 0)
        {
            Append(MadeDevice.Columns);
        }

        foreach (MadeDevice device in MadeDevice.ReadList(path))
        {
            Keep(device);
        }

        foreach (string folder in Directory.EnumerateDirectories(Path.Combine(_output, Folders)).ToArray())
        {
            if (Path.GetFileName(folder).StartsWith('.'))
            {
                Directory.Delete(folder, recursive: true);
            }
            else if (!_made.ContainsKey(Path.GetFileName(folder)) && File.Exists(Path.Combine(folder, ListFile)))
            {
                foreach (MadeDevice device in MadeDevice.ReadList(Path.Combine(folder, ListFile)))
                {
                    Write(device);
                }
            }
        }
    }

    private void Keep(MadeDevice device)
    {
        _made[device.Serial] = device;
        _names.Add(device.Name);
        foreach (string key in device.Keys)
        {
            _keys[key] = device.Serial;
        }
    }

    private void Write(MadeDevice device)
    {
        Append(device.ToLine());
        Keep(device);
    }

    private void Append(string line)
    {
        _list.Write(Encoding.UTF8.GetBytes(line + "\n"));
        _list.Flush(flushToDisk: true);
    }

    private MadeDevice Here(FactoryOrder order, string folder, ReadOnlySpan<char> passphrase)
    {
        using SigningKey signing = SigningKey.Generate();
        using AgreementKey? agreement = order.Role == Role.Gateway ? AgreementKey.Generate() : null;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        PrivateFile.Write(Path.Combine(folder, Identity.SigningFile), signing.ToPem(passphrase));
        if (agreement is not null)
        {
            PrivateFile.Write(Path.Combine(folder, Identity.AgreementFile), agreement.ToPem(passphrase));
        }

        if (order.Role == Role.Sensor)
        {
            PrivateFile.Write(Path.Combine(folder, SensorCounterFile.Name), SensorCounterFile.Beginning);
        }

        KeyPem.Save(Path.Combine(folder, FactoryDevice.KeyFile), key, passphrase);
        return Certified(order, folder, key, signing.PublicKey, agreement?.PublicKey);
    }

    // The private keys never leave the device; it proves by two requests that it has them.
    private MadeDevice OnDevice(FactoryOrder order, string folder)
    {
        SigningRequest request = Request(order, order.Request!);
        SigningRequest signing = Request(order, order.Signing!);
        using ECDsa key = request.ToEcdsa();
        return Certified(order, folder, key, signing.Key, order.Agreement is null ? null : PublicKey.FromPem(PrivateFile.ReadPublic(order.Agreement), KeyUse.Agree));
    }

    private static SigningRequest Request(FactoryOrder order, string path)
    {
        try
        {
            string pem = PrivateFile.ReadPublic(path);
            PemFields fields = PemEncoding.Find(pem);
            return SigningRequest.FromUntrusted(Convert.FromBase64String(pem[fields.Base64Data]));
        }
        catch (Exception inner) when (inner is MessageException or ArgumentException or FormatException)
        {
            throw new FleetFileException(path, $"line {order.Line}: it holds no PKCS#10 request in PEM that its own P-256 key has signed: {inner.Message}", inner);
        }
    }

    private MadeDevice Certified(FactoryOrder order, string folder, ECDsa key, PublicKey signing, PublicKey? agreement)
    {
        // One key, one use.
        Kid[] kids = [signing.Kid, PublicKey.FromPem(key.ExportSubjectPublicKeyInfoPem(), KeyUse.Sign).Kid, .. agreement is null ? Array.Empty<Kid>() : [agreement.Kid]];
        if (kids.Distinct().Count() != kids.Length)
        {
            throw new FleetFileException(folder, $"line {order.Line}: device {order.Serial} uses one key for two purposes");
        }

        using X509Certificate2 certificate = _factory.Issue(key, order.Serial, signing.Kid);
        PrivateFile.WritePublic(Path.Combine(folder, FactoryDevice.CertificateFile), certificate.ExportCertificatePem() + "\n");
        return new MadeDevice(order.Serial, order.Role, order.Name, order.Model, order.Hosts, signing, agreement, certificate.RawData);
    }
}
