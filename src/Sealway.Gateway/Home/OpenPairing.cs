namespace Sealway.Gateway;

using System.Security.Cryptography;
using System.Text;

/// <summary>One code while it is valid.</summary>
internal sealed class OpenPairing(byte[] secret, string? label, DateTimeOffset until)
{
    private readonly byte[] _secret = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret));
    private readonly Lock _lock = new();
    private int _wrong;
    private bool _isOver;

    public string? Label { get; } = label;

    public PairingListener? Listener { get; set; }

    public ITimer? Expiry { get; set; }

    /// <summary>Uses the code, if this is its secret; from then on nobody else can.</summary>
    public PairingClaim TryClaim(string attempt, DateTimeOffset now)
    {
        byte[] attempted = Encoding.UTF8.GetBytes(attempt);
        lock (_lock)
        {
            if (_isOver || now >= until)
            {
                return PairingClaim.Over;
            }

            // Says nothing about how much of it was right.
            if (!CryptographicOperations.FixedTimeEquals(attempted, _secret))
            {
                _isOver = ++_wrong >= PairingDesk.MostAttempts;
                return PairingClaim.Wrong;
            }

            _isOver = true;
            return PairingClaim.Taken;
        }
    }

    /// <summary>The code is over.</summary>
    public void Void()
    {
        lock (_lock)
        {
            _isOver = true;
            CryptographicOperations.ZeroMemory(_secret);
        }
    }
}
