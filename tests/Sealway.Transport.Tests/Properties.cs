using System.Runtime.Versioning;

// The servers and the tools that look at them are Linux programs.
[assembly: SupportedOSPlatform("linux")]
