namespace Sealway.Fleet;

using System.Net;
using Sealway.Messages;

/// <summary>Reads what a factory is to make: a CSV file with the columns <c>serial</c>, <c>role</c>, <c>name</c>, and if wanted <c>model</c>, <c>hosts</c> (separated by spaces), <c>csr</c>, <c>signing</c>, <c>agreement</c> (files beside it).</summary>
public static class FactoryOrders
{
    private const int MistakesTold = 20;

    private static readonly string[] _columns = ["serial", "role", "name", "model", "hosts", "csr", "signing", "agreement"];

    /// <summary>Reads and checks the whole file, before the first key is made.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FleetFileException">It cannot be read, or lines are wrong: the first of them are told.</exception>
    public static IReadOnlyList<FactoryOrder> Read(string path)
    {
        CsvTable table = CsvTable.Read(path);
        string[] unknown = [.. table.Columns.Except(_columns)];
        if (unknown.Length > 0 || table.Columns.Distinct().Count() != table.Columns.Count || _columns.Take(3).Except(table.Columns).Any())
        {
            throw new FleetFileException(path, $"the first line must name the columns serial, role and name, and may name {string.Join(", ", _columns.Skip(3))}, each once{(unknown.Length > 0 ? $"; not {string.Join(", ", unknown)}" : "")}");
        }

        List<string> mistakes = [];
        Dictionary<string, int> serials = new(StringComparer.OrdinalIgnoreCase);
        Dictionary<string, int> names = new(StringComparer.Ordinal);
        List<FactoryOrder> orders = [];
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach ((int line, string[] fields) in table.Rows)
        {
            if (Order(table, folder, line, fields, mistakes) is not { } order)
            {
                continue;
            }

            // Serial numbers become names of folders, which some file systems tell apart by more than the case of letters and some do not.
            if (!serials.TryAdd(order.Serial, line))
            {
                mistakes.Add($"line {line}: the serial number {order.Serial} stands in line {serials[order.Serial]} too");
            }

            if (!names.TryAdd(order.Name, line))
            {
                mistakes.Add($"line {line}: the name {order.Name} stands in line {names[order.Name]} too");
            }

            orders.Add(order);
        }

        return mistakes.Count == 0
            ? orders
            : throw new FleetFileException(path, $"nothing was made, since {mistakes.Count} lines are wrong:\n  {string.Join("\n  ", mistakes.Take(MistakesTold))}{(mistakes.Count > MistakesTold ? $"\n  and {mistakes.Count - MistakesTold} more" : "")}");
    }

    private static FactoryOrder? Order(CsvTable table, string folder, int line, string[] fields, List<string> mistakes)
    {
        int before = mistakes.Count;
        void Require(bool holds, string mistake)
        {
            if (!holds)
            {
                mistakes.Add($"line {line}: {mistake}");
            }
        }

        string? File(string column)
        {
            string name = table.Field(fields, column);
            string path = Path.GetFullPath(Path.Combine(folder, name));
            Require(name.Length == 0 || System.IO.File.Exists(path), $"the file {name} ({column}) is missing");
            return name.Length == 0 ? null : path;
        }

        string serial = table.Field(fields, "serial");
        Require(FactoryIdentity.IsSerial(serial), $"\"{serial}\" is no serial number: 1 to 64 of letters, digits and . _ : -");
        bool isRole = RoleWords.TryParse(table.Field(fields, "role"), out Role role) && role is Role.Sensor or Role.Gateway or Role.Cloud or Role.Archive;
        Require(isRole, $"\"{table.Field(fields, "role")}\" is none of sensor, gateway, cloud, archive");
        string name = table.Field(fields, "name");
        Require(LogId.IsName(name), $"\"{name}\" cannot be a party's name: 1 to 63 of a-z, 0-9 and -");
        string[] hosts = table.Field(fields, "hosts").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Require(hosts.All(host => IPAddress.TryParse(host, out _) || Uri.CheckHostName(host) == UriHostNameType.Dns), "a host is neither a DNS name nor an IP address");
        Require(hosts.Length == 0 || role is Role.Gateway or Role.Cloud, $"nobody connects to a {role.Word()}: leave its hosts out");
        (string? request, string? signing, string? agreement) = (File("csr"), File("signing"), File("agreement"));
        Require((request is null) == (signing is null), "a device that makes its own keys gives both csr and signing");
        Require(agreement is null || role == Role.Gateway, $"a {role.Word()} has no agreement key");
        Require(request is null || agreement is not null || role != Role.Gateway, "a gateway that makes its own keys gives its agreement key too");
        string model = table.Field(fields, "model");
        Require(System.Text.Encoding.UTF8.GetByteCount(model) <= Limits.TextBytes, $"the model is longer than {Limits.TextBytes} bytes");
        return mistakes.Count == before ? new FactoryOrder(line, serial, role, name, model.Length == 0 ? null : model, hosts, request, signing, agreement) : null;
    }
}
