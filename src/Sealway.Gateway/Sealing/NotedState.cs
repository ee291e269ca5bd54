namespace Sealway.Gateway;

using Sealway.Log;
using Sealway.Messages;

/// <summary>States something together with a note that is stored in the same transaction; only a sealed recorder takes notes.</summary>
internal static class NotedState
{
    public static void Add(IWriterTurn turn, GatewayEvent statement, Note note)
    {
        if (turn.Recorder is SealedRecorder recorder)
        {
            recorder.Event(statement, turn.Now, note);
        }
        else
        {
            turn.State(statement);
        }
    }
}
