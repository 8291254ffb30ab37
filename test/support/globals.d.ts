/** Handed from jest's global set-up to its tear-down. */
declare var stopServers: (() => Promise<void>) | undefined;
