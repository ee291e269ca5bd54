namespace Sealway.Cli.Help;

/// <content>The long-running roles, and what is asked of them while they run.</content>
internal static partial class ManualPages
{
    private static Dictionary<string, ManualPage> Roles => new()
    {
        ["registrar"] = new(
            [
                "Posts the registry to the cloud until the cloud holds all of it, signs its head at least every minute, and states a status when one is due. Needs the registrar's folder and registry.db of the fleet, not the authority's key. It refuses to extend a registry that is not the one published.",
                Keylog,
                RoleEnds,
            ],
            [("sealway registrar registrar.json", "Publish until told to stop.")]),
        ["sensor"] = new(
            [
                "Runs one or more sensors. Each stores its boot before it sends, numbers and signs every reading, answers the gateway's challenges, and keeps a reading until the gateway says that it is stored; no number is ever used twice.",
                Keylog,
                RoleEnds,
            ],
            [("sealway sensor sensors.json", "Run the sensors that the configuration lists.")]),
        ["gateway"] = new(
            [
                "Takes the readings of sensors that are enrolled, assigned to it and not revoked; judges them, raises alarms, and logs them, openly or sealed for the members of a home. It acknowledges nothing before it is on disk, and keeps all until it is countersigned.",
                Keylog,
                RoleEnds,
            ],
            [
                ("sealway gateway ward-3.json", "Run it."),
                ("sealway gateway pair home.json --label \"Anna's phone\"", "Ask the running gateway of a home for a code to pair with."),
            ]),
        ["gateway pair"] = new(
            [
                "The code is valid for ten minutes and for one app. The first app that pairs is the owner's. Show it to nobody else: whoever has it first becomes a member.",
            ],
            [("sealway gateway pair home.json --label \"Anna's phone\"", "Print a code, for sealway app pair.")]),
        ["gateway members"] = new(
            ["Asks the running gateway. The labels are known in the home alone."],
            [("sealway gateway members home.json", "Print name, kid and label of each member.")]),
        ["gateway remove"] = new(
            ["A new epoch begins at once: the member opens nothing that is sealed from then on. What was theirs to read before stays so."],
            [("sealway gateway remove home.json m-4f2a9c", "Remove the member of that name.")]),
        ["cloud"] = new(
            [
                "Serves one or more fleets, each with ports, stores and keys of its own. It takes entries exactly if they lead to the root that the gateway's head signs, stores them, countersigns, and serves those who follow. Of a sealed log it can read nothing.",
                Keylog,
                RoleEnds,
            ],
            [("sealway cloud cloud.json", "Run it.")]),
        ["archive"] = new(
            [
                "Follows logs through the cloud, judges every entry and evaluates the alarm rules itself, alerts by its own command or webhook, countersigns, and keeps files that never change, in the layout of C2SP tlog-tiles.",
                Keylog,
                RoleEnds,
            ],
            [
                ("sealway archive archive.json", "Run it."),
                ("sealway archive check archive.json", "Re-read and re-verify every stored byte."),
                ("sealway archive prove archive.json --sensor monitor-1 --out reading.waybill", "Write a waybill of a sensor's latest reading."),
            ]),
        ["archive check"] = new(
            ["Reads every file, verifies every hash, head and countersignature, and tells each that does not hold. Exit code 0: all of it holds; 1: something does not."],
            [("sealway archive check archive.json", "Check the archive that the configuration names.")]),
        ["archive prove"] = new(
            ["The waybill carries the reading, its inclusion in a head that the gateway signed, the countersignatures, and the registry's statements about the keys; sealway verify checks it offline. An entry that the authority ordered erased cannot be proved; the command says which statement ordered it.", "With --fork it writes two waybills, NAME-held and NAME-other: one index, two entries, each in a head that the gateway signed. Whoever checks both with sealway verify knows that the gateway's key has signed two histories."],
            [
                ("sealway archive prove archive.json --sensor monitor-1 --out reading.waybill", "The sensor's latest reading."),
                ("sealway archive prove archive.json --sensor monitor-1 --number 3.1041 --out reading.waybill", "Reading 1041 of its boot 3."),
                ("sealway archive prove archive.json --log ward-3/0 --index 17 18 --out entries.waybill", "Two entries of a log."),
                ("sealway archive prove archive.json --fork ward-3/0 --out fork.waybill", "A fork: fork-held.waybill and fork-other.waybill."),
            ]),
        ["app"] = new(
            [
                "A member of a home: follows the log through the cloud, checks it, opens the slots, aggregates. It keeps each epoch's key only as long as it needs it.",
                Keylog,
                RoleEnds,
            ],
            [
                ("sealway app pair sealway-pair:192.168.1.5:7443:…:… --out anna", "Become a member, once."),
                ("sealway app anna.json", "Run it."),
                ("sealway app show anna.json", "Print what the running app has aggregated."),
            ]),
        ["app pair"] = new(
            ["Makes the app's keys, connects to the gateway that the code names and to no other, and becomes a member. Copy the code whole."],
            [("sealway app pair sealway-pair:192.168.1.5:7443:…:… --out anna --label \"Anna's phone\"", "Pair; the folder anna gets the keys.")]),
        ["app show"] = new(
            ["Asks the running app for count, mean, least and greatest of each room and metric."],
            [
                ("sealway app show anna.json", "By hour."),
                ("sealway app show anna.json --days", "By day."),
            ]),
        ["app set"] = new(
            ["The command is signed, valid for at most five minutes and sealed to the gateway; it waits until the gateway's log says what became of it. The gateway keeps its safety limits whatever it is told."],
            [("sealway app set anna.json living 20.5", "Set the target of the room living to 20.5 degrees Celsius.")]),
        ["app remove"] = new(
            ["The owner's right. A new epoch begins at once."],
            [("sealway app remove anna.json m-4f2a9c", "Remove the member of that name.")]),
        ["app rekey"] = new(
            [
                "Gives the app a new HPKE key: it states the key itself, the gateway puts that into the registry and begins an epoch at once, and the old key is erased. The app must run; its signing and TLS keys stay.",
                "Nothing is lost if it is interrupted, at any moment: the app goes on when it is started again, and this command waits for the end. Whoever had the old key alone opens nothing of what comes after.",
            ],
            [("sealway app rekey anna.json", "Replace the key of the app that runs with anna.json.")]),
        ["app grant"] = new(
            ["Hands older epochs' keys to a newcomer, who reads nothing from before joining without them. It cannot be taken back."],
            [
                ("sealway app grant anna.json m-77b1d0 --from 2031-05-01", "From a day on."),
            ]),
    };
}
