namespace Sealway.Cli.Inspect;

/// <summary>What is known of an item before it is printed: its name, and what the parts inside are called. Null parts are printed as they are.</summary>
/// <param name="Name">Printed as a comment; null: none.</param>
/// <param name="Labels">Of a map: what each integer label is.</param>
/// <param name="Items">Of an array: what each item is; the last stands for all that follow.</param>
/// <param name="Embedded">Of a byte string: the CBOR inside it.</param>
/// <param name="Inside">Of a byte string: the CBOR inside it, where that depends on the bytes.</param>
/// <param name="Words">Of an integer: what a value means.</param>
/// <param name="Describe">Of a byte string (byte[]) or an unsigned integer (ulong): a comment on its value.</param>
internal sealed record Shape(
    string? Name,
    IReadOnlyDictionary<long, Shape>? Labels = null,
    IReadOnlyList<Shape>? Items = null,
    Shape? Embedded = null,
    Func<byte[], Shape?>? Inside = null,
    IReadOnlyDictionary<long, string>? Words = null,
    Func<object, string?>? Describe = null)
{
    public static readonly Shape Unknown = new((string?)null);

    public Shape Called(string name) => this with { Name = name };
}
