namespace Sealway.Links;

using Microsoft.Extensions.Logging;

/// <summary>Looks whether a party's TLS files were replaced, and says what came of it. A replacement that will not do is told once, and tried again at each look.</summary>
/// <param name="source">What is reloaded; not owned.</param>
/// <param name="logger">Where it is told.</param>
public sealed class TlsReloader(TlsIdentitySource source, ILogger logger)
{
    /// <summary>How often the files are looked at, beside when somebody asks for it: three small files.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    private readonly Lock _looking = new();
    private string? _trouble;
    private int _count;

    /// <summary>When the certificate in use expires.</summary>
    public DateTimeOffset NotAfter => source.Current.Self.NotAfter;

    /// <summary>Why the last replacement was refused; null if it was not.</summary>
    public string? Trouble => _trouble;

    /// <summary>How often the identity was replaced.</summary>
    public int Count => _count;

    /// <summary>Looks now. Never throws: the old identity stays in use.</summary>
    /// <returns>Whether the identity was replaced.</returns>
    public bool Look()
    {
        lock (_looking)
        {
            try
            {
                bool changed = source.Reload();
                if (changed)
                {
                    _count++;
                    logger.LogInformation("the TLS identity of {Party} was replaced; the certificate is valid until {NotAfter:u}", source.Current.Self, source.Current.Self.NotAfter.UtcDateTime);
                }

                _trouble = null;
                return changed;
            }
            catch (LinkException refused)
            {
                if (_trouble != refused.Message)
                {
                    _trouble = refused.Message;
                    logger.LogError("{Cause}", refused.Message);
                }

                return false;
            }
        }
    }
}
