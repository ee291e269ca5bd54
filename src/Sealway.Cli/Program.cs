return await Sealway.Cli.CommandLine.Run(Sealway.Cli.Commands.CommandList.All(), args, Console.Out, Console.Error);
