namespace Sealway.Cli.Help;

/// <content>The authority's tool.</content>
internal static partial class ManualPages
{
    private static Dictionary<string, ManualPage> Fleet => new()
    {
        ["fleet"] = new(
            [
                "A fleet is an authority and those whom it vouches for. What the authority states stands in the registry, a log like any other: everyone follows it and checks it against the authority's key, which they pin. Nothing that was stated can be taken back; it can only be followed by another statement.",
                "Run it on the authority's own machine. What is stated is on disk when the command returns, and public as soon as sealway registrar has published it.",
            ],
            [
                ("sealway fleet init hospital --fleet hospital", "Make a fleet."),
                ("sealway fleet enrol sensor monitor-1 --fleet hospital --out monitor-1", "Make a sensor's key."),
                ("sealway fleet show --fleet hospital", "See who is in it."),
            ]),
        ["fleet init"] = new(
            [
                "Makes the folder with the authority's key, the key that issues TLS certificates, a recovery key, the registrar's folder and the registry. The folder appears whole or not at all, and its owner alone can enter it.",
                "Give everyone authority.pub, by a way that you trust: it is what they pin. Move recovery.key to another safe place: with it sealway fleet recover replaces a lost or stolen authority's key. With a passphrase the authority's, the issuer's and the recovery key are encrypted; the registrar's are not, since publishing runs unattended.",
                "Exit code 1: the folder is there already, or cannot be written; 2: the name cannot be one.",
            ],
            [
                ("sealway fleet init hospital --fleet hospital", "Make the fleet hospital in the folder hospital."),
                ("sealway fleet init hospital --passphrase-file secret", "Lock the keys with the first line of the file secret, which its owner alone may read (chmod 600)."),
            ]),
        ["fleet enrol"] = new(
            [
                "Makes a signing key, a TLS key with its certificate and, for a gateway or app, an HPKE key; enrols the party in the registry; and gives it a folder with all that it needs. Move that folder to the party's machine, and keep no copy: a key has one owner.",
                "A name is given once in a fleet, ever. A sensor whose counter is lost gets a new key under a new name. In a home, take opaque names: the cloud relays the registry.",
                "Exit code 1: the name was used, the folder is there already, or the fleet's keys cannot be opened; 2: it was called wrongly.",
            ],
            [
                ("sealway fleet enrol gateway ward-3 --out ward-3 --host ward-3.hospital.example --host 10.1.2.3", "A gateway, reached by sensors under a name and an address."),
                ("sealway fleet enrol sensor monitor-1 --out monitor-1 --model \"Example Monitor 5\"", "A sensor."),
                ("sealway fleet enrol archive records --out records --lock-with records.secret", "An archive whose keys are encrypted on disk."),
            ]),
        ["fleet trust"] = new(
            [
                "A device proves itself by the certificate that its factory gave it (IEEE 802.1AR). A factory that is trusted here can say which device one is, and nothing more: what a device may become, the fleet says, by sealway fleet admit.",
                "The certificate lies in the fleet's folder factories; remove the file there to trust the factory no longer. Exit code 1: another factory has the name, or it is no certificate authority's certificate.",
            ],
            [
                ("sealway fleet trust acme factory-ca.crt --fleet hospital", "Trust the factory acme."),
            ]),
        ["fleet admit"] = new(
            [
                "Enrols each device of a factory's list in the registry, under its name and role, and records which serial number may ask for that party's certificate. The factory's certificate must bear out serial number and key; names and roles are as the list says: read it. Running it again goes on where it ended and admits nothing twice.",
                "Exit code 0: all are admitted; 1: some were refused, each told with its reason; 2: there is no such fleet.",
            ],
            [
                ("sealway fleet admit made.csv --fleet hospital", "Admit what the factory made."),
            ]),
        ["fleet crl"] = new(
            [
                "Writes crl.pem, the list of the TLS certificates that were withdrawn (RFC 5280), for brokers, proxies and servers of others that check certificates of the fleet: ssl_crl of nginx, crlfile of Mosquitto, openssl verify -crl_check. Sealway's own parts ask the registry and need no list.",
                "Each sealway fleet revoke writes it too. It is valid for --days, so let something write it daily and hand it on.",
                "Exit code 1: the fleet's keys cannot be opened, or the list cannot be written; 2: it was called wrongly.",
            ],
            [
                ("sealway fleet crl --fleet hospital --days 7", "Write the list, valid for seven days."),
                ("sealway fleet crl --at http://crl.example/crl.pem", "Have certificates that are issued from now on say where others fetch it."),
            ]),
        ["fleet serve"] = new(
            [
                "The authority's enrolment server: EST (RFC 7030) over TLS 1.3 with certificates on both sides. A device of a trusted factory that was admitted gets its first TLS certificate, a party gets its next one before the last one ends. It needs ca.key, ca.crt, authority.pub, fleet.json, registry.db, factories and devices of the fleet's folder; neither the authority's signing key nor the registrar's.",
                "Certificates are short-lived: 30 days unless \"validity\" says otherwise. A party that was revoked gets nothing; while the registry's latest status is older than \"registryStaleAfter\" no device is enrolled, and parties still renew.",
                "Other clients can use it too: curl and openssl are enough; docs/transport-enrolment.md shows how.",
                RoleEnds,
            ],
            [("sealway fleet serve enrolment.json", "Serve until told to stop.")]),
        ["fleet assign"] = new(
            [
                "A gateway takes readings only of sensors that are assigned to it. The subject is whom or what the sensor measures: a patient's pseudonym, or the opaque name of a room. A later assignment replaces an earlier one from its own beginning on.",
                "With --archive a head of the gateway's log is final once that party has countersigned it, and provisional until then.",
                "Exit code 1: a key was withdrawn, or the fleet's keys cannot be opened; 2: there is no such party.",
            ],
            [
                ("sealway fleet assign monitor-1 --gateway ward-3 --subject patient-17 --archive records", "From now on."),
                ("sealway fleet assign monitor-1 --gateway ward-3 --subject patient-18 --since 2031-05-04T12:30Z", "To another patient, from a time on."),
            ]),
        ["fleet revoke"] = new(
            [
                "What the key signed before --since, or up to --last, stays valid; what it signed after is refused everywhere, as soon as the registry has arrived there. A status that lists the revocation follows at once.",
                "With --last what came late but was numbered before counts as doubtful instead of refused. A second revocation of one key counts only if it reaches further back.",
                "Exit code 1: it was revoked before, or the fleet's keys cannot be opened; 2: there is no such party, or --last does not fit its role.",
            ],
            [
                ("sealway fleet revoke monitor-1 --reason stolen --since 2031-05-04T12:30Z", "Since it was stolen."),
                ("sealway fleet revoke monitor-1 --reason \"out of service\" --last 3.1041", "After reading 1041 of boot 3."),
                ("sealway fleet revoke ward-3 --reason replaced --last 0/5120", "After 5120 entries of generation 0 of the gateway's log."),
            ]),
        ["fleet rekey"] = new(
            [
                "Makes a new signing key, TLS key with certificate and, for a gateway, HPKE key; the old signing key names the new one in the registry; and --out gets a folder like the one of sealway fleet enrol. Name, role and assignments stay. Then start the party with the new folder, and erase the old one.",
                "A gateway goes on in its own log, in the same generation; tell with --last how far the old key's heads count, its GENERATION/SIZE from its health report after it has stopped. A sensor's numbers begin anew. An archive's earlier countersignatures count as before. For a cloud name a --since some days ahead, so that everyone has the news before the old key ends.",
                "The registrar's keys are replaced in the fleet's folder; a running sealway registrar goes on with them. Where a party's old key is lost or stolen, do not use this: revoke it and enrol another party under a new name; for the registrar revoke it first, then this command enrols another.",
                "If the power fails, run it again. Exit code 1: the old key counts no more, or a folder cannot be read or made; 2: it was called wrongly.",
            ],
            [
                ("sealway fleet rekey monitor-1 --from monitor-1 --out monitor-1.new", "A sensor's."),
                ("sealway fleet rekey ward-3 --from ward-3 --out ward-3.new --last 0/5120", "A gateway's, whose old key signed 5120 entries of generation 0."),
                ("sealway fleet rekey cloud --from cloud --out cloud.new --since 2031-05-04T12:30Z", "A cloud's; the old key counts until then."),
                ("sealway fleet rekey registrar --fleet hospital", "The registrar's, in the fleet's folder."),
            ]),
        ["fleet rotate"] = new(
            [
                "Makes a new key for the authority; the old one names it in the registry and is erased: what it signs from then on has no effect. Everyone who pinned the authority's first key follows the registry to the new one, and authority.pub stays as it is. The issuer of certificates, the registrar and the recovery key stay too.",
                "If the power fails at any moment, the next fleet command finishes it. Keep the folder's newest copy: an older one has a key that counts no more.",
                "Exit code 1: the fleet's keys cannot be opened.",
            ],
            [
                ("sealway fleet rotate --fleet hospital", "Replace it."),
                ("sealway fleet rotate --passphrase-file secret --lock-with next-secret", "Replace it and lock the new one with another passphrase."),
            ]),
        ["fleet recover"] = new(
            [
                "For the day on which authority.key is lost or stolen. The registry has the hash of the recovery key; that key names the authority's next key and the hash of the next recovery key. Whoever has only the old key can neither do that nor prevent it. A new registrar is enrolled and every other is revoked.",
                "Needs in the fleet's folder fleet.json, authority.pub, ca.key, ca.crt and the newest registry.db; authority.key and the registrar's folder may be gone. If a thief has published more than your copy has, take registry.db from the data folder of a gateway, an archive or the cloud while it is stopped. What a thief stated before the recovery had effect: look it through afterwards, revoke what was enrolled, assign anew.",
                "With a stolen ca.key a thief can be taken for a party's connection, not for its messages. If the power fails at any moment, the next fleet command finishes it. Exit code 1: it is not the recovery key, or a file is missing.",
            ],
            [
                ("sealway fleet recover --recovery-key safe/recovery.key --fleet hospital", "Recover."),
                ("sealway fleet recover --recovery-key safe/recovery.key --since 2031-05-04T12:30Z --passphrase-file secret", "Say since when, and unlock and lock the keys with a passphrase."),
            ]),
        ["fleet erase"] = new(
            [
                "Gateway, cloud, archive and apps take the entry's bytes out of all their files as soon as the registry has arrived there, and keep its hash alone: all proofs of other entries still hold. It cannot be taken back.",
                "sealway archive prove and sealway inspect say where an entry stands. Waybills, exports and copies of disks that were made before are beyond it; so is what people and reports have concluded from the entry.",
                "Exit code 1: it was ordered before, or the fleet's keys cannot be opened; 2: there is no such gateway, or the entries are not named rightly.",
            ],
            [
                ("sealway fleet erase ward-3/0 4711 --reason \"entered for the wrong patient\"", "One entry."),
                ("sealway fleet erase ward-3/0 4711 --last 4720 --reason \"ordered by the court\" --fleet hospital", "Ten entries in a row."),
            ]),
        ["fleet status"] = new(
            [
                "States every revocation so far, signed by the registrar, through this moment. Whoever sees no newer status than this cannot be told that nothing was revoked since. sealway registrar states one by itself; this command is for fleets that are published by hand.",
            ],
            [
                ("sealway fleet status --fleet hospital", "State it now."),
            ]),
        ["fleet show"] = new(
            [
                "Prints the registry as it is in the folder: every key with its role, name and kid; of a sensor its gateway and subject; since when a key does not count and why; and statements without effect. Needs no key of the authority.",
            ],
            [
                ("sealway fleet show --fleet hospital", "Print it."),
            ]),
    };
}
