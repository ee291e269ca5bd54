namespace Sealway.Cli.Demo.Attacks;

/// <summary>
/// One attack, tried for real against running parts: with what its attacker would have, stolen keys included, and with nothing inside
/// the parts that knows of it. Who noticed is read where a person would: health reports, logs, the archive's alerts, a command's answer.
/// </summary>
internal abstract class Attack
{
    /// <summary>What is tried, in a few words; unique.</summary>
    public abstract string Name { get; }

    /// <summary>Whose hand it is.</summary>
    public abstract Attacker Attacker { get; }

    /// <summary>Whether it takes minutes by its nature: such attacks begin first and go on beside the others.</summary>
    public virtual bool TakesLong => false;

    /// <summary>Tries it, and waits until it is noticed.</summary>
    /// <param name="scene">What is there to attack.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>What was tried and who noticed.</returns>
    /// <exception cref="Unnoticed">Nobody did in time.</exception>
    public abstract Task<Noticed> TryAsync(AttackScene scene, CancellationToken stop);
}
