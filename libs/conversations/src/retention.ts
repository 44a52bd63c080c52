const DAY_MS = 86_400_000;

/** A conversation is forgotten this long after its last turn began. */
export const RETENTION_MS = 30 * DAY_MS;
