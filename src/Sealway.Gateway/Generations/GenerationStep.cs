namespace Sealway.Gateway;

/// <summary>What a gateway does about its log after the cloud said what it holds.</summary>
public enum GenerationStep
{
    /// <summary>Nothing: what was said proves nothing, or changes nothing.</summary>
    Stay,

    /// <summary>Sign from now on: the log here goes on from the latest head there is.</summary>
    Sign,

    /// <summary>Begin another generation: the log here does not go on from the latest head there is, or an operator wants it.</summary>
    BeginNext,
}
