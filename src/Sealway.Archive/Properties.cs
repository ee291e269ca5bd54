using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Sealway.Archive.Tests")]
