namespace Sealway.Archive;

/// <summary>An alert did not get through.</summary>
internal sealed class AlertNotDeliveredException(string text, Exception? inner = null) : Exception(text, inner);
