namespace Sealway.Cloud;

using Sealway.Messages;

/// <summary>
/// What one request over HTTPS may hold: 1 to 4 messages. An app's is always one command slot, usually empty, and one
/// request for entries (or one countersignature), so that whoever watches cannot tell a fetch that commands from one that does not.
/// </summary>
internal static class FollowBody
{
    private const int AppMessages = 2;

    /// <exception cref="MessageException">Anything else.</exception>
    public static void Require(Role role, IReadOnlyList<FollowMessage> messages)
    {
        if (messages.Count == 0)
        {
            throw new MessageException(Refusal.WrongCount, "follow messages: none");
        }

        if (role == Role.App
            && (messages.Count != AppMessages
                || messages.Count(message => message is CommandSlot) != 1
                || messages.Count(message => message is EntriesRequest or Append { Entries.Count: 0 }) != 1))
        {
            throw new MessageException(Refusal.WrongCount, "follow messages: an app sends one command slot and one request for entries or countersignature");
        }
    }
}
