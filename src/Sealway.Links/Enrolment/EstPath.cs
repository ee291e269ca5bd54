namespace Sealway.Links;

/// <summary>EST's operations (RFC 7030 section 3.2.2), and the media types of its bodies.</summary>
internal static class EstPath
{
    internal const string CaCertificates = "/.well-known/est/cacerts";
    internal const string Enrol = "/.well-known/est/simpleenroll";
    internal const string Renew = "/.well-known/est/simplereenroll";
    internal const string Attributes = "/.well-known/est/csrattrs";

    internal const string Request = "application/pkcs10";
    internal const string Certificates = "application/pkcs7-mime; smime-type=certs-only";
    internal const string CertificatesType = "application/pkcs7-mime";
    internal const string CsrAttributes = "application/csrattrs";
}
