namespace Sealway.Links;

using System.Text;
using Sealway.Messages;

/// <summary>What an app asks when it pairs: JSON over TLS.</summary>
/// <param name="Secret">The code's secret, 32 hexadecimal digits.</param>
/// <param name="SigningKey">The app's signing key: a COSE_Key in hexadecimal.</param>
/// <param name="AgreementKey">The app's HPKE key: a COSE_Key in hexadecimal.</param>
/// <param name="TlsCsr">A request for a TLS certificate: PKCS#10 in PEM.</param>
/// <param name="Label">What its owner calls it, at most 64 bytes.</param>
public sealed record PairingRequest(string Secret, string SigningKey, string AgreementKey, string TlsCsr, string Label)
{
    /// <summary>The longest label, in UTF-8 bytes.</summary>
    public const int LabelBytes = 64;

    /// <summary>The longest request or answer, in bytes.</summary>
    public const int MostBytes = 32_768;

    /// <summary>The signing key.</summary>
    /// <exception cref="MessageException">It is not one.</exception>
    public PublicKey ReadSigningKey() => Key(SigningKey, KeyUse.Sign);

    /// <summary>The HPKE key.</summary>
    /// <exception cref="MessageException">It is not one.</exception>
    public PublicKey ReadAgreementKey() => Key(AgreementKey, KeyUse.Agree);

    /// <summary>Checks the label.</summary>
    /// <exception cref="MessageException"><see cref="Refusal.WrongText"/>.</exception>
    public string ReadLabel() => Label is not null && Encoding.UTF8.GetByteCount(Label) <= LabelBytes && !Label.Any(char.IsControl)
        ? Label
        : throw new MessageException(Refusal.WrongText, "pairing: label");

    private static PublicKey Key(string hex, KeyUse use)
    {
        byte[] bytes;
        try
        {
            bytes = Convert.FromHexString(hex ?? string.Empty);
        }
        catch (FormatException inner)
        {
            throw new MessageException(Refusal.BadKey, "pairing: key", inner);
        }

        PublicKey key = PublicKey.FromUntrusted(bytes);
        return key.Use == use ? key : throw new MessageException(Refusal.WrongAlgorithm, "pairing: key");
    }
}
