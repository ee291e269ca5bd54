namespace Sealway.Messages;

using System.Text;

/// <summary>UTF-8 that refuses what is not UTF-8 instead of replacing it.</summary>
internal static class Utf8
{
    public static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
