namespace Sealway.Fleet;

/// <summary>
/// What is missing before a reading, as far as one log shows it. A sensor's numbers rise by one within a boot and begin
/// at 0 in each; what is missing here may stand in another log.
/// </summary>
/// <param name="Missing">Numbers of this boot that did not come before; 0 where <paramref name="FirstSeen"/>.</param>
/// <param name="FirstSeen">This log has no reading of the sensor before this one, so that nothing is known to be missing.</param>
/// <param name="BootChanged">The sensor started again: whether the boot before had more readings is unknown.</param>
public readonly record struct Gap(uint Missing, bool FirstSeen, bool BootChanged);
