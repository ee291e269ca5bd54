namespace Sealway.Cli.Help;

/// <content>What needs no running part.</content>
internal static partial class ManualPages
{
    private static Dictionary<string, ManualPage> Tools => new()
    {
        [""] = new(
            [
                "Every gateway keeps a signed, append-only log; the cloud follows it; archives and apps follow the cloud. Each role is one command with one configuration file.",
                "Exit codes: 0 it did what it was asked; 1 it failed, or what it was to check is not so; 2 it was called wrongly, and nothing was done.",
            ],
            [
                ("sealway demo --for 30s", "See all of it on this machine."),
                ("sealway fleet init hospital", "Begin a fleet."),
                ("sealway fleet enrol --help", "Read about a command."),
            ]),
        ["factory"] = new(
            ["Where devices come from. A factory's key says of each device which one it is, for as long as the device lives; it belongs to no fleet. Keep its folder where the factory keeps its secrets."],
            [
                ("sealway factory init acme --out acme", "Make a factory."),
                ("sealway factory provision devices.csv --factory acme --out made", "Make devices."),
            ]),
        ["factory init"] = new(
            ["Makes factory-ca.key and factory-ca.crt. Give the certificate to every fleet that is to take the factory's devices. Exit code 1: there is a factory in the folder already."],
            [("sealway factory init acme --out acme --lock-with secret", "With its key locked by the first line of the file secret.")]),
        ["factory provision"] = new(
            [
                "Reads a list with a first line that names its columns: serial, role, name, and if wanted model, hosts (separated by spaces), csr, signing, agreement. The whole list is checked before the first key is made. Each device gets a folder: signing key, factory key and certificate, a sensor's counter, a gateway's agreement key, and its label as text and as SVG with a QR code. The folder goes onto the device, and no copy stays; made.csv goes to the fleet.",
                "A device that makes its own keys gives two PKCS#10 requests, csr for its factory certificate and signing by its signing key, and a gateway its agreement key, as files beside the list; its private keys never leave it.",
                "It can be broken off at any moment, even by a power cut, and run again: devices that were made stay as they are, and no key or serial number is given twice. Exit code 0: all devices of the list are made; 1: it failed, told why; 2: the list has mistakes, and nothing was made.",
            ],
            [
                ("sealway factory provision devices.csv --factory acme --out made", "Make the devices of a list."),
                ("sealway factory provision devices.csv --factory acme --out made --lock-with devices.secret", "With the devices' keys locked."),
            ]),
        ["enrol"] = new(
            [
                "Asks the fleet's enrolment server for the device's first TLS certificate, with the factory certificate in its folder; the TLS key is made here. The folder then is a party's, for the identity of a role's configuration. A role whose configuration has \"enrolment\" does this by itself at its first start.",
                "The fleet is known by its ca.crt and authority.pub: give them to the device by a way that you trust. Exit code 1: the server cannot be reached or refuses, with its reason; 2: the folder is no device's.",
            ],
            [
                ("sealway enrol made/devices/SN-1 --server authority.example:9443 --ca ca.crt --authority authority.pub", "Enrol the device with serial number SN-1."),
            ]),
        ["renew"] = new(
            ["Roles whose configuration has \"enrolment\" renew by themselves, at about two thirds of the certificate's life; this is for those without, and for trying out. Key and certificate are replaced as one: after a power cut there is a pair that fits. Exit code 1: the server cannot be reached or refuses; the old pair stays."],
            [("sealway renew ward-3 --server authority.example:9443", "Renew now.")]),
        ["verify"] = new(
            [
                "Checks signatures, proofs and the registry's statements offline, and prints who signed, who logged, who countersigned, when, as of which registry, and what could not be checked.",
                "Name the authority's key that you got from the authority itself. A key that lies beside the waybill may come from whoever made the waybill; it is used only if none is named, and that is said.",
                "Exit code 0: it proves what it says; 1: it does not; 2: it could not be tried.",
            ],
            [("sealway verify reading.waybill --authority authority.pub", "Check it.")]),
        ["inspect"] = new(
            [
                "Names the message and its headers, and prints it as CBOR extended diagnostic notation (RFC 8949, RFC 8610): readings, entries, heads, countersignatures, receipts, waybills, epochs, grants, slots, events, statements, commands, keys, and the messages of the links. It verifies nothing and opens nothing that is sealed.",
                "What is no message of Sealway's is shown as far as it is CBOR. Exit code 0: it is CBOR to its end; 1: it is not.",
            ],
            [
                ("sealway inspect reading.waybill", "A file."),
                ("sealway inspect reading.hex", "The same in hexadecimal; white space does not matter."),
                ("sealway inspect -", "Standard input."),
            ]),
        ["tls"] = new(
            ["Tools for TLS endpoints, Sealway's own and others'."],
            [("sealway tls check cloud.example:8883", "Look at one.")]),
        ["tls check"] = new(
            [
                "Speaks the handshake itself, because the platform's library refuses to offer what must be asked for. Tells versions from SSL 2 to TLS 1.3, every suite and whose order decides, groups, certificates, what the server can do, and the old holes by name. Each finding says why it matters and what to do. docs/tls-check.md explains them all.",
                "It asks politely: few connections at a time, so many in a second and in all, and it says how many it made. Look at your own endpoints, or at others' with their consent. What cannot be told is called undetermined, never guessed.",
                "Exit code 0: every endpoint meets the profile; 1: there are findings against it; 2: it was called wrongly; 3: an endpoint could not be reached or does not speak TLS.",
            ],
            [
                ("sealway tls check cloud.example:8883 --profile modern --ca ca.crt", "Measure one of Sealway's own listeners."),
                ("sealway tls check mail.example:25 --starttls smtp", "Ask for TLS within SMTP first."),
                ("sealway tls check 10.0.0.1:8883 [::1]:8443 --servername broker.example --json report.json", "Several at once, by address, and the report for machines in a file."),
                ("sealway tls check broker.example:8883 --only versions,suites --json -", "Only a part, and nothing but JSON on standard output."),
            ]),
        ["demo"] = new(
            [
                "Sets up a hospital's fleet and a home's, a ward, a home with two tenants, the cloud, the archive and the apps, each a process of its own with real keys and real sockets on loopback; shows a live table; prints one reading's way; and compares what was sent with what arrived.",
                "With --attack the parts are attacked after the peaceful run, for real: hostile proxies on the links, changed rows in the cloud's database, a hostile cloud with the cloud's own keys, stolen keys of gateways, members and parties that were revoked. Nothing inside the parts knows of it. Each line says what was tried, who noticed, by what, and after how long. It takes about four minutes; --only chooses attacks by their names, or by whose hand it is.",
                "With --tls-keylog every part writes the keys of its TLS connections to one file, so that Wireshark decrypts a recording of the demo; docs/operations.md says how.",
                "Exit code 0: every reading sent was archived, or opened, and every attack was noticed; 1: it was not.",
            ],
            [
                ("sealway demo --for 30s", "With generated values and a live table."),
                ("sealway demo --headless --for 30s --recordings data --json out.json --keep demo", "Replay recordings, print lines, write the figures, and leave everything to look at."),
                ("sealway demo --headless --for 30s --keep demo --tls-keylog demo.keys", "Write the keys of its TLS connections, for Wireshark."),
                ("sealway demo --attack --headless --json out.json", "Attack it, and write who noticed."),
                ("sealway demo --attack --headless --for 10s --only waybill", "One of the attacks alone."),
            ]),
        ["drill"] = new(
            ["A drill sets up a ward and a home of its own, breaks something on purpose, and compares what was promised with what held. It touches nothing else on the machine."],
            [("sealway drill crash --rounds 200", "Kill and restart, two hundred times.")]),
        ["drill crash"] = new(
            [
                "Each round kills parts without warning (SIGKILL) at random moments while readings flow: each role alone, several, or all; some once more while they recover. They are started again, and the round is over when a new reading has gone its whole way.",
                "The sensors keep ledgers of what they signed and of what was acknowledged to them. Every twenty rounds and at the end the flow stops, and every acknowledged reading must be in the gateway's log, in the cloud, once in the archive as a valid entry, or opened once by the app; the archive checks itself; and no head in any store may contradict one that was ever seen.",
                "Exit code 0: all of it held; 1: something did not, and it is told what and where.",
            ],
            [
                ("sealway drill crash --rounds 10 --seed 7", "Ten rounds; the same seed chooses the same victims."),
                ("sealway drill crash --rounds 200 --headless --json crash.json --keep crash", "A long run, its figures in a file, and everything left to look at."),
            ]),
        ["drill renew"] = new(
            [
                "A factory makes the devices of a ward: cloud, gateway, archive, two sensors. Each starts with its factory certificate alone, enrols by itself, and then renews by itself, again and again, while readings flow. At the end every reading that a sensor signed must be acknowledged, in the gateway's log, in the cloud, and once in the archive as a valid entry.",
                "With the defaults it takes about seven minutes. Exit code 0: all of it held; 1: something did not, and it is told what and where.",
            ],
            [
                ("sealway drill renew", "Ten renewals of certificates that live a minute."),
                ("sealway drill renew --life 5 --renewals 10 --json renew.json --keep renew", "In less than a minute, with its figures in a file and everything left to look at."),
            ]),
    };
}
