// A device in small: signs readings from a counter and prints their sizes. Run it twice: the boot rises, no number returns.
//   dotnet run --project examples/device [COUNTER-FILE]
using System.Security.Cryptography;
using Device;
using Sealway.Messages;

string file = args.Length > 0 ? args[0] : Path.Combine(Path.GetTempPath(), "sealway-device.counter");
Counter counter = Counter.Start(file);

// A real device keeps its key for life, in a secure element behind ISigner; a new one each start is for the example alone.
using SigningKey key = SigningKey.Generate();
Console.WriteLine($"key {key.PublicKey.Kid}, to be enrolled by the fleet's authority");

Print("one value", [new Measurement("hr", "beat/min", Number.From(72))]);
Print("a decimal fraction", [new Measurement("temp", "Cel", Number.From(36.6m))]);
Print("signed 30 s late", [new Measurement("spo2", "%", Number.From(97), Number.From(-30))]);
Print("answer to a challenge", [new Measurement("resp", "1/min", Number.From(14))], RandomNumberGenerator.GetBytes(Reading.NonceSize));
Print("blood pressure, three values", [
    new Measurement("nisys", "mmHg", Number.From(121)),
    new Measurement("nidia", "mmHg", Number.From(79)),
    new Measurement("map", "mmHg", Number.From(93)),
]);

void Print(string what, IReadOnlyList<Measurement> measurements, byte[]? nonce = null)
{
    Reading reading = Reading.Sign(key, counter.Next(), measurements, nonce);

    // What the gateway does with the bytes that it gets.
    Reading.FromUntrusted(reading.Bytes).Verify(key.PublicKey);
    Console.WriteLine($"{reading.Number,-5} {what,-30} {reading.Signed.Payload.Length,3} bytes of SenML, {reading.Bytes.Length,3} signed");
}
