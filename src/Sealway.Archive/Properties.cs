using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Sealway.Archive.Tests")]
[assembly: InternalsVisibleTo("Sealway.Fuzz")]
