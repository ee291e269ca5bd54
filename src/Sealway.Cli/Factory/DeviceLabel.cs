namespace Sealway.Cli.Factory;

using System.Globalization;
using System.Security;
using System.Text;
using QRCoder;
using Sealway.Fleet;

/// <summary>What is stuck on a device: its serial number, role and keys' short names, in words and as a QR code that an installer compares with what the fleet shows.</summary>
internal static class DeviceLabel
{
    // Millimetres.
    private const int Width = 62;
    private const int Height = 29;
    private const double CodeSize = 27;

    /// <summary>The label's files: <c>label.txt</c> and <c>label.svg</c>, 62 by 29 millimetres.</summary>
    public static IReadOnlyList<(string Name, string Content)> Of(MadeDevice device) => [("label.txt", Text(device)), ("label.svg", Svg(device))];

    /// <summary>What the QR code says.</summary>
    public static string Code(MadeDevice device) => $"sealway-device:{device.Serial}:{device.Signing.Kid}:{device.Thumbprint}";

    private static string Text(MadeDevice device) =>
        $"""
        serial      {device.Serial}
        role        {device.Role.Word()}
        name        {device.Name}
        kid         {device.Signing.Kid}
        thumbprint  {device.Thumbprint}
        code        {Code(device)}

        """;

    private static string Svg(MadeDevice device)
    {
        using QRCodeGenerator generator = new();
        using QRCodeData code = generator.CreateQrCode(Code(device), QRCodeGenerator.ECCLevel.M);
        StringBuilder modules = new();
        for (int y = 0; y < code.ModuleMatrix.Count; y++)
        {
            for (int x = 0; x < code.ModuleMatrix[y].Count; x++)
            {
                if (code.ModuleMatrix[y][x])
                {
                    modules.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
                }
            }
        }

        // The library's matrix has its own quiet zone around the code already.
        double scale = CodeSize / code.ModuleMatrix.Count;
        string[] lines = [device.Serial, $"{device.Role.Word()} {device.Name}", $"kid {device.Signing.Kid}", device.Thumbprint[..32], device.Thumbprint[32..]];
        StringBuilder words = new();
        for (int i = 0; i < lines.Length; i++)
        {
            words.Append(CultureInfo.InvariantCulture, $"  <text x=\"{CodeSize + 2}\" y=\"{6 + (i * 5)}\" font-size=\"{(i == 0 ? 4 : 1.7)}\">{SecurityElement.Escape(lines[i])}</text>\n");
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Width}mm" height="{Height}mm" viewBox="0 0 {Width} {Height}" font-family="monospace">
              <rect width="{Width}" height="{Height}" fill="#fff"/>
              <path transform="translate(1 1) scale({scale:0.#####})" d="{modules}"/>
            {words}</svg>

            """);
    }
}
