namespace Sealway.Fuzz.Running;

using Sealway.Messages;

/// <summary>One decoder that meets bytes from outside, and what must hold of it whatever the bytes are.</summary>
internal abstract class FuzzTarget
{
    /// <summary>The name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>Who sends these bytes and what is checked, in one line.</summary>
    public abstract string Why { get; }

    /// <summary>The longest input that the fuzzer tries; beyond the decoder's own limit, so that the limit is met too.</summary>
    public abstract int MostBytes { get; }

    /// <summary>What an input may allocate at most, in bytes: this, and for each of its bytes <see cref="AllocatedPerByte"/>; the checks' own work included.</summary>
    public virtual int AllocatedAtMost => 65_536;

    /// <summary>See <see cref="AllocatedAtMost"/>.</summary>
    public virtual int AllocatedPerByte => 64;

    /// <summary>Inputs to begin with.</summary>
    public abstract IEnumerable<byte[]> Seeds(Seeds.VectorFiles vectors);

    /// <summary>Inputs that grow with a number, beside those that every target gets: the work must grow no faster than their length.</summary>
    public virtual IEnumerable<(string Name, Func<int, byte[]> Make)> Shapes => [];

    /// <summary>Decodes an input and checks what was accepted. Whatever is thrown but a refusal is a finding.</summary>
    public abstract void Decode(ReadOnlyMemory<byte> input);

    /// <summary>Whether an exception is this decoder's named refusal.</summary>
    public virtual bool IsRefusal(Exception exception) => exception is MessageException;
}
