namespace Sealway.Cli.Demo.Attacks;

/// <summary>What an operator can do to a log's rows; each is given the database, the log's number and its size.</summary>
internal static class RowChanges
{
    public static void Altered(CloudDatabase database, long log, long size)
    {
        byte[] bytes = (byte[])database.One("SELECT bytes FROM entries WHERE log = $1 AND idx = $2", log, size / 2)!;
        bytes[bytes.Length / 2] ^= 1;
        database.Run("UPDATE entries SET bytes = $3 WHERE log = $1 AND idx = $2", log, size / 2, bytes);
    }

    public static void Deleted(CloudDatabase database, long log, long size)
    {
        database.Run("DELETE FROM entries WHERE log = $1 AND idx = $2", log, size / 2);

        // Over negative numbers, so that no two ever stand at one place.
        database.Run("UPDATE entries SET idx = -idx WHERE log = $1 AND idx > $2", log, size / 2);
        database.Run("UPDATE entries SET idx = -idx - 1 WHERE log = $1 AND idx < 0", log);

        // The last one twice, so that the size fits.
        database.Run("INSERT INTO entries SELECT log, $2 - 1, hash, bytes FROM entries WHERE log = $1 AND idx = $2 - 2", log, size);
    }

    public static void Swapped(CloudDatabase database, long log, long size)
    {
        database.Run("UPDATE entries SET idx = -1 WHERE log = $1 AND idx = $2", log, size / 2);
        database.Run("UPDATE entries SET idx = $2 WHERE log = $1 AND idx = $2 + 1", log, size / 2);
        database.Run("UPDATE entries SET idx = $2 + 1 WHERE log = $1 AND idx = -1", log, size / 2);
    }

    public static void Truncated(CloudDatabase database, long log, long size) =>
        database.Run("UPDATE entries SET bytes = substr(bytes, 1, length(bytes) - 3) WHERE log = $1 AND idx = $2", log, size / 2);

    public static void Inserted(CloudDatabase database, long log, long size)
    {
        database.Run("UPDATE entries SET idx = -idx - 1 WHERE log = $1 AND idx >= $2", log, size / 2);
        database.Run("UPDATE entries SET idx = -idx WHERE log = $1 AND idx < 0", log);
        database.Run("INSERT INTO entries SELECT log, $2, hash, bytes FROM entries WHERE log = $1 AND idx = $2 - 1", log, size / 2);
    }

    /// <summary>The last entries are gone; the heads that sign them stay.</summary>
    public static void Beheaded(CloudDatabase database, long log, long size) =>
        database.Run("DELETE FROM entries WHERE log = $1 AND idx >= $2", log, size - 3);
}
