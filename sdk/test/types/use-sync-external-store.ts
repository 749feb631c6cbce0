/** React's hook, as its types have it: what the views of rooms and chats are made to fit. */
export declare function useSyncExternalStore<Snapshot>(
  subscribe: (onStoreChange: () => void) => () => void,
  getSnapshot: () => Snapshot,
): Snapshot;
