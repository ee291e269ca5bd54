namespace Sealway.Links;

using Sealway.Messages;

/// <summary>Every bound on a link, in one place, each with its reason. All peers may be hostile, enrolled ones too.</summary>
public static class LinkLimits
{
    /// <summary>Connecting and the TLS handshake together, each side: long enough for a board of 100 MHz behind a mobile network, short enough that silent strangers free their place.</summary>
    public static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(15);

    /// <summary>What a peer may send before its handshake is over, in bytes: ten times a hello, a chain of two and their signatures.</summary>
    public const int HandshakeBytes = 65_536;

    /// <summary>Handshakes under way at one listener; a further one makes the oldest of the address that has the most give way. A handshake costs a millisecond of one core and some 50 KiB.</summary>
    public const int HandshakesAtOnce = 1_024;

    /// <summary>Of these, from one address (of IPv6 from one /64): one machine that opens connections and stays silent must not keep all others out. Beyond it the oldest of that address gives way.</summary>
    public const int HandshakesOfOneAddress = 64;

    /// <summary>How long a refused peer is told why, and a dropped one: then the connection ends whether it listened or not.</summary>
    public static readonly TimeSpan FarewellTime = TimeSpan.FromMilliseconds(500);

    /// <summary>What a refused peer may still send while it is told why, in bytes; none of it is looked at.</summary>
    public const int FarewellBytes = 16_384;

    /// <summary>Links of one sensor's key at one gateway: the one in use, and one whose end the gateway has not noticed yet. A further one ends the oldest.</summary>
    public const int LinksOfOneSensor = 2;

    /// <summary>Connections of one gateway's key at the broker: the one in use, and one that takes its place. A further one ends the oldest.</summary>
    public const int ConnectionsOfOneGateway = 2;

    /// <summary>HTTPS connections of one party's key: an archive has one for each few logs it follows.</summary>
    public const int HttpsConnectionsOfOneParty = 64;

    /// <summary>Links that were accepted and wait to be taken by the gateway.</summary>
    public const int LinksWaiting = 32;

    /// <summary>Connections that wait in the kernel's queue to be accepted: a ward's or a fleet's gateways coming back at once after an outage.</summary>
    public const int Backlog = 512;

    /// <summary>How long a peer may leave what is sent to it untaken before it is dropped: longer than a mobile network's usual holes.</summary>
    public static readonly TimeSpan SendTime = TimeSpan.FromSeconds(30);

    /// <summary>How often TCP asks whether a silent peer's machine is still there.</summary>
    public static readonly TimeSpan TcpKeepAlive = TimeSpan.FromSeconds(60);

    /// <summary>A sensor message, in bytes: a signed reading's limit.</summary>
    public const int SensorMessageBytes = Limits.ReadingBytes;

    /// <summary>A sensor link's receive buffer, in bytes: several of the largest frames, about a hundred usual readings taken at once.</summary>
    public const int SensorReceiveBytes = 16_384;

    /// <summary>What may wait to be sent on one sensor link, in bytes, before the sender waits: a burst of acknowledgements.</summary>
    public const int SensorSendBytes = 65_536;

    /// <summary>Sensor links at one gateway: a ward's sensors with room to spare; 32 KiB each.</summary>
    public const int SensorLinks = 512;

    /// <summary>How long a sensor may go without one whole frame: a room sensor that reports each quarter of an hour, twice late.</summary>
    public static readonly TimeSpan SensorIdleTime = TimeSpan.FromMinutes(45);

    /// <summary>An MQTT payload or a follow body, in bytes: a follow message's limit.</summary>
    public const int FollowBytes = Limits.FollowBytes;

    /// <summary>An MQTT PUBLISH packet, in bytes: the payload, its topic and a few properties.</summary>
    public const int PublishPacketBytes = FollowBytes + 1_024;

    /// <summary>Any other MQTT packet, in bytes: none of Sealway's comes near. It also bounds what a CONNECT can make the broker hold.</summary>
    public const int ControlPacketBytes = 4_096;

    /// <summary>QoS 1 messages under way to one gateway, or from it, that are not yet acknowledged (MQTT 5 receive maximum). A gateway has one append in flight and asks little else; with the payload's limit this bounds the memory of one session.</summary>
    public const int MessagesUnderWay = 16;

    /// <summary>Messages of one gateway that wait for the handler; then its connection is not read any further.</summary>
    public const int MessagesWaiting = 4;

    /// <summary>Gateways at one broker: one process's worth; beyond it, a real broker cluster.</summary>
    public const int Gateways = 4_096;

    /// <summary>MQTT keep-alive, as the gateway promises it: below the 60 seconds after which home routers forget a mapping.</summary>
    public static readonly TimeSpan MqttKeepAlive = TimeSpan.FromSeconds(30);

    /// <summary>How long an MQTT peer may stay silent: three keep-alives.</summary>
    public static readonly TimeSpan MqttIdleTime = TimeSpan.FromSeconds(90);

    /// <summary>How long a QoS 1 message may wait for its PUBACK: a full-size append over a slow mobile link.</summary>
    public static readonly TimeSpan PublishTime = TimeSpan.FromSeconds(120);

    /// <summary>The shortest back-off cap before a new attempt to connect.</summary>
    public static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(1);

    /// <summary>The longest back-off cap: a cloud that returns hears all its gateways within a minute.</summary>
    public static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(1);

    /// <summary>A connection that stood this long lets the back-off begin anew; one that ended sooner does not, so that two parties with one name cannot throw each other out in a tight loop.</summary>
    public static readonly TimeSpan SteadyTime = TimeSpan.FromSeconds(30);

    /// <summary>HTTPS connections at one follow server: archives, apps and their second connections.</summary>
    public const int HttpsConnections = 1_024;

    /// <summary>Requests at once on one HTTP/2 connection: a long poll for each of a few logs and one append.</summary>
    public const int StreamsPerConnection = 32;

    /// <summary>Follow bodies held in memory at once by one server; further requests wait their turn.</summary>
    public const int FollowBodiesAtOnce = 64;

    /// <summary>Of these, from one party: a slow or greedy one must not hold up the others.</summary>
    public const int FollowBodiesOfOneParty = 8;

    /// <summary>A long poll's body, in bytes: an <c>entries</c> request, and of an app the command slot before it. Many long polls wait at once, so each must be small.</summary>
    public const int LongPollBytes = Limits.CommandSlotBytes + 512;

    /// <summary>The longest wait of a long poll: below the minute after which proxies and routers give up.</summary>
    public static readonly TimeSpan LongPollTime = TimeSpan.FromSeconds(50);

    /// <summary>A request's headers must have come within this time.</summary>
    public static readonly TimeSpan HeadersTime = TimeSpan.FromSeconds(10);

    /// <summary>A request's line and headers, in bytes: ours have six short ones; browsers' cookies have to fit too.</summary>
    public const int HeadersBytes = 16_384;

    /// <summary>Headers in one request.</summary>
    public const int Headers = 64;

    /// <summary>The slowest body or answer, in bytes a second, after a grace of <see cref="SlowGrace"/>: a full one then takes at most about a quarter of an hour over the poorest mobile network, and no peer can stretch it further.</summary>
    public const double SlowestBytesPerSecond = 1_024;

    /// <summary>See <see cref="SlowestBytesPerSecond"/>.</summary>
    public static readonly TimeSpan SlowGrace = TimeSpan.FromSeconds(10);

    /// <summary>How long an HTTPS connection may lie unused.</summary>
    public static readonly TimeSpan HttpsIdleTime = TimeSpan.FromSeconds(130);

    /// <summary>One request and its answer, the long poll's wait apart, as the client sees it.</summary>
    public static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(120);

    /// <summary>A client makes a new connection, with a new look at certificates, after this time.</summary>
    public static readonly TimeSpan HttpsConnectionLife = TimeSpan.FromMinutes(15);

    /// <summary>A problem's text, in bytes: a refusal that a person reads.</summary>
    public const int ProblemBytes = 1_024;

    /// <summary>An enrolment request's body, in bytes: the longest certificate request in base64, with line breaks.</summary>
    public const int EnrolmentBytes = 16_384;

    /// <summary>An enrolment server's answer, in bytes: a few certificates in base64.</summary>
    public const int EnrolmentAnswerBytes = 65_536;

    /// <summary>Connections at one enrolment server: each stands for a second or two.</summary>
    public const int EnrolmentConnections = 512;

    /// <summary>Certificates being issued at once by one server; further requests wait their turn.</summary>
    public const int EnrolmentsAtOnce = 8;

    /// <summary>How long a request waits for its turn before it is sent away.</summary>
    public static readonly TimeSpan EnrolmentWait = TimeSpan.FromSeconds(10);

    /// <summary>Requests for a certificate that one party or device may make at once: a lost answer or two.</summary>
    public const int EnrolmentBurst = 5;

    /// <summary>In which time one party or device may make one more request: an hour, where certificates live for weeks.</summary>
    public static readonly TimeSpan EnrolmentEvery = TimeSpan.FromHours(1);
}
