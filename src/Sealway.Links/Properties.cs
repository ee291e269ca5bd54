using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Sealway.Links.Tests")]
[assembly: InternalsVisibleTo("Sealway.Fuzz")]
