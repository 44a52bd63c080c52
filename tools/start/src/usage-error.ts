/** Something the person at the terminal has to change; the message says what. */
export class UsageError extends Error {}
